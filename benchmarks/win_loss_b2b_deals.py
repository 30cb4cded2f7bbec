"""Repeated cross-validation on the public 448 B2B deals, exact duplicates kept together, against plain logit.

Claim: area under the curve at least 0.83 and log-loss at most 0.51. The peer is scikit-learn's logistic
regression on one-hot fields at its default penalty. Run: python benchmarks/win_loss_b2b_deals.py FILE
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from pipeline.models.win_probability import fit_win_probability, grouped_folds, look_alike_groups

REPEATS = 4


def main(path: Path) -> None:
    deals = pd.read_csv(path, sep=";").rename(columns=str.strip)
    fields = [name for name in deals.columns if name != "Status"]
    deals["is_won"] = deals["Status"].eq("Won")
    groups = look_alike_groups(deals, fields=fields)
    design, won = pd.get_dummies(deals[fields]).to_numpy(float), deals["is_won"].to_numpy()
    own, peer = [], []
    for seed in range(REPEATS):
        model = fit_win_probability(deals, fields=fields, groups=groups, rng=np.random.default_rng(seed))
        own.append((model.metrics["auc"], model.metrics["log_loss"]))
        forecast = np.empty(len(deals))
        for learned, judged in grouped_folds(groups, folds=10, rng=np.random.default_rng(seed)):
            plain = LogisticRegression(max_iter=1000).fit(design[learned], won[learned])
            forecast[judged] = plain.predict_proba(design[judged])[:, 1]
        peer.append((roc_auc_score(won, forecast), log_loss(won, forecast)))
    (auc, loss), (peer_auc, peer_loss) = np.mean(own, axis=0), np.mean(peer, axis=0)
    print(f"AUC {auc:.4f} (plain logit {peer_auc:.4f}); log-loss {loss:.4f} (plain logit {peer_loss:.4f})")
    print(f"ratio of log-losses {loss / peer_loss:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/b2b_deals/Salvirt_B2B_ML_dataset.csv"))
