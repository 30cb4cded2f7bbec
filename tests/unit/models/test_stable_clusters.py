"""Clusters that stay put, against small tables and simulated groups."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.stable_clusters import (
    StableClusters,
    adjusted_rand,
    choose_cluster_count,
    fit_clusters,
    refitted,
)

LINE = StableClusters(("x",), np.zeros(1), np.ones(1), np.array([[0.0], [1.0]]), (0, 1))


def line(*logs):
    return pd.DataFrame({"x": np.expm1(np.array(logs))})


def groups(random, size=150, shift=0.0):
    centers = np.array([[1, 1], [1, 4], [4, 1], [4, 4]])
    logs = np.vstack([center + shift + random.normal(0, 0.25, (size, 2)) for center in centers])
    return pd.DataFrame(np.expm1(np.maximum(logs, 0)), columns=["a", "b"])


def test_a_case_moves_only_if_another_centroid_is_clearly_nearer():
    """At 0.6 the own centroid is 0.6 away, the other 0.4: 0.4 > 0.55 * 0.6, so it stays; at 0.7 it moves."""
    previous = pd.Series([0, 0])
    assert LINE.assign(line(0.6, 0.7)).tolist() == [1, 1]
    assert LINE.assign(line(0.6, 0.7), previous).tolist() == [0, 1]
    assert LINE.assign(line(0.6, 0.7), previous, stickiness=0.0).tolist() == [1, 1]


def test_new_cases_go_to_the_nearest():
    assert LINE.assign(line(0.1, 0.55), pd.Series([0], index=[0])).tolist() == [0, 1]


def test_nothing_moves_when_nothing_changed():
    table = groups(np.random.default_rng(1))
    model = fit_clusters(table, 4, np.random.default_rng(2))
    labels = model.assign(table)
    for _ in range(3):
        model = refitted(model, table)
        again = model.assign(table, labels)
        assert again.equals(labels)


def test_groups_are_found_whatever_the_start():
    table = groups(np.random.default_rng(1))
    truth = np.repeat(np.arange(4), 150)
    first = fit_clusters(table, 4, np.random.default_rng(2)).assign(table)
    other = fit_clusters(table, 4, np.random.default_rng(3)).assign(table)
    assert adjusted_rand(truth, first.to_numpy()) == pytest.approx(1)
    assert first.equals(other)


def test_refit_moves_centroids_and_keeps_labels():
    """All groups drift by the same amount: the cases keep their labels through the refit."""
    model = fit_clusters(groups(np.random.default_rng(1)), 4, np.random.default_rng(2))
    before = model.assign(groups(np.random.default_rng(1)))
    drifted = groups(np.random.default_rng(1), shift=0.6)
    moved = refitted(model, drifted)
    assert moved is not model
    assert refitted(model, groups(np.random.default_rng(5))) is model
    assert (moved.assign(drifted) == before).mean() > 0.99


def test_the_number_of_groups_is_found():
    found = choose_cluster_count(groups(np.random.default_rng(1)), np.random.default_rng(2))
    assert found.loc[found["is_chosen"], "clusters"].tolist() == [4]
    assert found.loc[found["is_stable"], "clusters"].tolist() == [4]


def test_without_a_stable_number_the_smallest_is_taken():
    """One round cloud has no groups."""
    cloud = pd.DataFrame(np.expm1(np.abs(np.random.default_rng(3).normal(3, 0.5, (600, 3)))))
    found = choose_cluster_count(cloud, np.random.default_rng(2), (4, 5), repeats=2)
    assert not found["is_stable"].any()
    assert found.loc[found["is_chosen"], "clusters"].tolist() == [4]


def test_refit_only_beyond_the_limit_of_inertia():
    """Cases around 0.1 and 1.1: centroids moved there halve the inertia."""
    spread = line(0.0, 0.2, 1.0, 1.2)
    assert refitted(LINE, spread).centroids.ravel().tolist() == pytest.approx([0.1, 1.1])
    fresh, frozen = 0.1**2, (0.0**2 + 0.2**2) / 2
    assert refitted(LINE, spread, limit=frozen / fresh + 0.01) is LINE
    assert refitted(LINE, spread, limit=frozen / fresh - 0.01) is not LINE


def test_adjusted_rand_by_hand():
    """Hubert and Arabie: pairs together in both 1, in one 2 and 2, of 10; (1 - 0.4) / (2 - 0.4)."""
    one, other = np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 2])
    assert adjusted_rand(one, other) == pytest.approx((1 - 2 * 2 / 10) / (2 - 2 * 2 / 10))
    assert adjusted_rand(one, one) == 1


def test_refusals():
    with pytest.raises(ModelInputError):
        fit_clusters(pd.DataFrame({"a": [-1.0] * 50}), 4, np.random.default_rng(0))
    with pytest.raises(NotEnoughData, match="need 40 cases, there are 5"):
        fit_clusters(pd.DataFrame({"a": [1.0] * 5}), 4, np.random.default_rng(0))
