"""One tiny export of each supported system, with the system's own labels, typed here."""

# ruff: noqa: E501 - exports are typed as they come

import datetime

import pandas as pd
import pytest

from pipeline.company import company_from
from pipeline.intake import import_data
from pipeline.warehouse import Warehouse

TODAY = datetime.date(2026, 11, 22)


def load(tmp_path, files, mapping="", currency="CNY", exported_on=None, **settings):
    folder = tmp_path / f"exports{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    company = company_from({"money": {"currency": currency}, **settings})
    warehouse = Warehouse.open(tmp_path / "data", "")
    report = import_data(
        [str(folder)], warehouse, company, today=TODAY, mapping=mapping, exported_on=exported_on
    )
    return warehouse, report


def states(warehouse, opportunity):
    """(outcome, stage, changed_on, known_on) of each change."""
    history = warehouse.frame("opportunity_history")
    rows = history[history["opportunity_id"] == opportunity]
    return [
        (row.outcome, row.stage, f"{row.changed_on:%Y-%m-%d}", f"{row.known_on:%Y-%m-%d}")
        for row in rows.itertuples()
    ]


SALESFORCE = {
    "Account.csv": "Id,Name,Industry,OwnerId,NumberOfEmployees\n001A,Acme Corp,Steel,005X,120\n",
    "User.csv": "Id,Name,Department,ManagerId\n005X,Ann Li,Sales,005Y\n005Y,Bo Chen,Sales,\n",
    "Opportunity.csv": (
        "Id,Name,AccountId,OwnerId,Amount,StageName,Probability,ForecastCategoryName,CreatedDate,CloseDate,IsClosed,IsWon\n"
        "006A,Line 1,001A,005X,50000,Proposal/Price Quote,60,Best Case,2026-01-10T08:30:00.000+0000,2026-12-31,false,false\n"
        "006B,Line 2,001A,005X,70000,Closed Won,100,Closed,2026-02-01T08:30:00.000+0000,2026-05-15,true,true\n"
        "006C,Line 3,001A,005X,90000,Closed Lost,0,Omitted,2026-02-01T08:30:00.000+0000,2026-06-15,true,false\n"
    ),
}


@pytest.mark.parametrize("mapping", ["salesforce", ""])
def test_salesforce_objects(tmp_path, mapping):
    warehouse, report = load(tmp_path, SALESFORCE, mapping, exported_on=datetime.date(2026, 10, 31))
    assert "salesforce" in report.mapping
    assert states(warehouse, "006A") == [
        ("open", "", "2026-01-10", "2026-01-10"),
        ("open", "proposal", "2026-10-31", "2026-10-31"),
    ]
    assert states(warehouse, "006B") == [
        ("open", "", "2026-02-01", "2026-02-01"),
        ("won", "", "2026-05-15", "2026-05-15"),
    ]
    history = warehouse.frame("opportunity_history").set_index(["opportunity_id", "change_number"])
    assert pd.isna(history.loc[("006B", 1), "amount"])
    assert pd.isna(history.loc[("006B", 2), "expected_close_on"])
    assert history.loc[("006B", 2), "amount"] == 70000
    assert history.loc[("006A", 2), "probability"] == 0.6
    assert f"{history.loc[('006A', 2), 'expected_close_on']:%Y-%m-%d}" == "2026-12-31"
    assert warehouse.frame("people").set_index("person_id").loc["005X", "name"] == "Ann Li"
    assert warehouse.frame("opportunities")["customer_id"].tolist() == ["001A"] * 3


def test_salesforce_history_is_taken_as_it_is(tmp_path):
    files = {
        **SALESFORCE,
        "OpportunityHistory.csv": (
            "OpportunityId,CreatedDate,StageName,Amount,Probability,CloseDate,ForecastCategory\n"
            "006B,2026-05-16T02:00:00.000+0000,Closed Won,70000,100,2026-05-15,Closed\n"
            "006B,2026-03-01T02:00:00.000+0000,Negotiation/Review,65000,90,2026-06-30,Forecast\n"
            "006B,2026-02-01T08:30:00.000+0000,Qualification,60000,10,2026-06-30,Pipeline\n"
        ),
    }
    warehouse, _ = load(tmp_path, files, exported_on=datetime.date(2026, 10, 31))
    assert states(warehouse, "006B") == [
        ("open", "qualified", "2026-02-01", "2026-02-01"),
        ("open", "negotiation", "2026-03-01", "2026-03-01"),
        ("won", "", "2026-05-15", "2026-05-16"),
    ]
    rows = warehouse.frame("opportunity_history").query("opportunity_id == '006B'")
    assert rows["amount"].tolist() == [60000, 65000, 70000]
    assert set(rows["rep_id"]) == {"005X"}
    assert len(states(warehouse, "006A")) == 2


HUBSPOT = {
    "hubspot-crm-exports-all-deals.csv": (
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Deal owner,Associated Company,Deal probability\n"
        "901,Press,Presentation Scheduled,12000,2026-11-30 00:00,2026-03-02 09:15,Ann Li,Acme,0.4\n"
        "902,Mill,Closed Won,8000,2026-04-20 16:00,2026-03-05 10:00,Ann Li,Acme,1\n"
    ),
    "hubspot-crm-exports-all-companies.csv": (
        "Record ID,Company name,Industry,Company owner,Create Date\n77,Acme,Steel,Ann Li,2025-01-01 10:00\n"
    ),
}


def test_hubspot_names_become_identifiers(tmp_path):
    warehouse, report = load(tmp_path, HUBSPOT, exported_on=datetime.date(2026, 10, 31))
    assert "hubspot" in report.mapping
    assert report.resolved["opportunities.customer_id"] == 2
    assert set(warehouse.frame("opportunities")["customer_id"]) == {"77"}
    assert states(warehouse, "902")[-1] == ("won", "", "2026-04-20", "2026-04-20")
    history = warehouse.frame("opportunity_history").set_index(["opportunity_id", "change_number"])
    assert history.loc[("901", 2), "probability"] == 0.4
    assert warehouse.frame("people")["person_id"].tolist() == ["Ann Li"]


def test_hubspot_property_history_carries_the_whole_state(tmp_path):
    files = {
        **HUBSPOT,
        "deal-property-history.csv": (
            "Record ID,Property,Value,Timestamp,Source type\n"
            "902,dealstage,closedwon,2026-04-20,CRM_UI\n902,dealstage,qualifiedtobuy,2026-03-05,CRM_UI\n"
            "902,amount,8000,2026-04-10,CRM_UI\n902,amount,5000,2026-03-05,CRM_UI\n902,colour,red,2026-03-06,CRM_UI\n"
        ),
    }
    warehouse, _ = load(tmp_path, files, "hubspot", exported_on=datetime.date(2026, 10, 31))
    rows = warehouse.frame("opportunity_history").query("opportunity_id == '902'")
    found = [(r.outcome, r.stage, r.amount, f"{r.changed_on:%m-%d}") for r in rows.itertuples()]
    assert found[-2:] == [("open", "qualified", 8000, "04-10"), ("won", "", 8000, "04-20")]
    assert ("open", "qualified", 5000, "03-05") in found


def test_dynamics(tmp_path):
    files = {
        "opportunities.csv": (
            "opportunityid,name,parentaccountid,ownerid,estimatedvalue,actualvalue,stepname,statecode,closeprobability,"
            "createdon,estimatedclosedate,actualclosedate,statuscode\n"
            "o-1,Pump,a-1,u-1,1000,,2-Develop,Open,40,2026-01-05,2026-12-01,,In Progress\n"
            "o-2,Valve,a-1,u-1,2000,2100,4-Close,Won,100,2026-01-05,2026-03-01,2026-03-10,Won\n"
            "o-3,Pipe,a-1,u-1,3000,0,3-Propose,Lost,0,2026-01-05,2026-03-01,2026-04-10,Out-Sold\n"
        ),
        "accounts.csv": "accountid,name,industrycode,numberofemployees\na-1,Acme,Steel,50\n",
    }
    warehouse, report = load(tmp_path, files, exported_on=datetime.date(2026, 10, 31))
    assert "dynamics" in report.mapping
    assert [states(warehouse, o)[-1][:3] for o in ("o-1", "o-2", "o-3")] == [
        ("open", "qualified", "2026-10-31"), ("won", "negotiation", "2026-03-10"), ("lost", "proposal", "2026-04-10"),
    ]  # fmt: skip
    last = warehouse.frame("opportunity_history").groupby("opportunity_id").last()
    assert last["amount"].tolist() == [1000, 2100, 3000]
    reasons = warehouse.frame("opportunities").set_index("opportunity_id")
    assert reasons["reason_rep"].to_dict() == {"o-1": "", "o-2": "", "o-3": "Out-Sold"}
    assert f"{reasons.loc['o-3', 'reasons_known_on']:%Y-%m-%d}" == "2026-04-10"


def test_pipedrive(tmp_path):
    files = {
        "deals.csv": (
            "Deal - ID,Deal - Title,Deal - Organization,Deal - Owner,Deal - Value,Deal - Currency of value,Deal - Stage,"
            "Deal - Status,Deal - Deal created,Deal - Expected close date,Deal - Won time,Deal - Lost time,Deal - Lost reason\n"
            "1,Press,Acme,Ann,1000,CNY,Proposal Made,Open,2026-01-05 10:00:00,2026-12-01,,,\n"
            "2,Mill,Acme,Ann,2000,CNY,Negotiations Started,Won,2026-01-05 10:00:00,2026-03-01,2026-03-09 12:00:00,,\n"
            "3,Saw,Beta,Bo,3000,CNY,Contact Made,Lost,2026-01-05 10:00:00,2026-03-01,,2026-02-09 12:00:00,Price\n"
            "4,Axe,Beta,Bo,3000,USD,Contact Made,Open,2026-01-05 10:00:00,2026-03-01,,,\n"
        )
    }
    warehouse, report = load(tmp_path, files, exported_on=datetime.date(2026, 10, 31))
    assert "pipedrive" in report.mapping
    assert states(warehouse, "2")[-1] == ("won", "negotiation", "2026-03-09", "2026-03-09")
    assert states(warehouse, "3")[-1] == ("lost", "qualified", "2026-02-09", "2026-02-09")
    assert report.quarantine[["line", "rule", "action"]].to_numpy().tolist() == [
        [5, "other-currency", "row-refused"]
    ]
    assert warehouse.frame("customers")["customer_id"].tolist() == ["Acme", "Beta"]


def test_odoo(tmp_path):
    files = {
        "crm.lead.csv": (
            "id,name,partner_id,user_id,expected_revenue,stage_id,active,probability,create_date,date_deadline,date_closed,"
            "lost_reason_id\n"
            "11,Press,Acme,Ann,1000,Proposition,True,55.5,2026-01-05 08:00:00,2026-12-01,,\n"
            "12,Mill,Acme,Ann,2000,Won,True,100,2026-01-05 08:00:00,2026-03-01,2026-03-05 08:00:00,\n"
            "13,Saw,Acme,Ann,3000,Qualified,False,0,2026-01-05 08:00:00,2026-03-01,2026-02-05 08:00:00,Too expensive\n"
        ),
        "sale.order.csv": (
            "name,partner_id,user_id,date_order,amount_total,state\n"
            "S0001,Acme,Ann,2026-03-05 08:00:00,2000,sale\nS0002,Acme,Ann,2026-03-06 08:00:00,900,draft\n"
        ),
        "account.move.csv": (
            "name,partner_id,invoice_date,invoice_date_due,amount_total,amount_residual,payment_state,invoice_origin,state\n"
            "INV/1,Acme,2026-03-10,2026-04-09,2000,0,paid,S0001,posted\n"
        ),
        "account.payment.csv": "name,partner_id,date,amount,ref\nPAY/1,Acme,2026-04-02,2000,INV/1\n",
    }
    warehouse, report = load(tmp_path, files, exported_on=datetime.date(2026, 10, 31))
    assert "odoo" in report.mapping
    assert dict(zip(report.files["file"], report.files["table_name"], strict=True)) == {
        "account.move.csv": "invoices", "account.payment.csv": "payments", "crm.lead.csv": "opportunities",
        "sale.order.csv": "orders",
    }  # fmt: skip
    assert states(warehouse, "12")[-1][:3] == ("won", "", "2026-03-05")
    assert states(warehouse, "13")[-1][:3] == ("lost", "qualified", "2026-02-05")
    assert states(warehouse, "11")[-1][:2] == ("open", "proposal")
    assert warehouse.frame("orders")["order_id"].tolist() == ["S0001"]
    assert warehouse.frame("invoices")["order_id"].tolist() == ["S0001"]
    assert warehouse.frame("payments")["invoice_id"].tolist() == ["INV/1"]


def test_kingdee_lists(tmp_path):
    files = {
        "SAL_SaleOrder.csv": (
            "FBillNo,FDate,FCustId,FSalerId,FMaterialId,FMaterialName,FQty,FTaxPrice\n"
            "XSDD000001,2026/10/08,CUST01,张三,W01,主机,2,1500\nXSDD000001,2026/10/08,CUST01,张三,W02,附件,10,20\n"
        ).encode("gb18030"),
        "AR_receivable.csv": (
            "FBillNo,FDATE,FENDDATE_H,FALLAMOUNTFOR,FWRITTENOFFSTATUS,FCUSTOMERID,FSALEERID\n"
            "AR0001,2026/10/09,2026/11/08,3200,部分,CUST01,张三\n"
        ).encode("gb18030"),
        "AR_RECEIVEBILL.csv": (
            "FBillNo,FDate,FCONTACTUNIT,FRECTOTALAMOUNTFOR\nSK0001,2026/10/20,CUST01,1200\n"
        ).encode("gb18030"),
    }
    warehouse, report = load(tmp_path, files)
    assert "kingdee" in report.mapping
    orders = warehouse.frame("orders")
    assert orders["amount"].tolist() == [2 * 1500 + 10 * 20]
    assert orders["rep_id"].tolist() == ["张三"]
    assert warehouse.frame("products").set_index("product_id")["name"].to_dict() == {
        "W01": "主机",
        "W02": "附件",
    }
    assert warehouse.frame("invoices")["due_on"].dt.strftime("%Y-%m-%d").tolist() == ["2026-11-08"]
    assert warehouse.frame("payments")["amount"].tolist() == [1200]


def test_chinese_export_without_a_system(tmp_path):
    files = {
        "商机.csv": (
            "商机编号,商机名称,客户名称,负责人,销售阶段,商机状态,预计金额（万元）,预计成交日期,创建时间,成交日期,赢单率,输单原因,竞争对手\n"
            "S1,一号线,沈阳机床,张三,招投标,进行中,１２.５,2026年12月31日,2026.1.5,,50%,,\n"
            "S2,二号线,沈阳机床,张三,签约执行,赢单,300,2026/6/30,46030,2026-07-02,100%,,\n"
            "S3,三号线,鞍钢,李四,提案,输单,80,2026/6/30,2026-01-08,2026年5月6日,0%,价格,某竞品\n"
        ).encode("gb18030")
    }
    warehouse, _ = load(tmp_path, files, exported_on=datetime.date(2026, 10, 31))
    last = warehouse.frame("opportunity_history").groupby("opportunity_id").last()
    assert last["amount"].tolist() == [125_000, 3_000_000, 800_000]
    assert last["outcome"].tolist() == ["open", "won", "lost"]
    assert last["stage"].tolist() == ["tender", "contract", "proposal"]
    assert last["probability"].tolist() == [0.5, 1.0, 0.0]
    created = warehouse.frame("opportunities")["created_on"].dt.strftime("%Y-%m-%d").tolist()
    assert created == ["2026-01-05", "2026-01-08", "2026-01-08"]
    assert warehouse.frame("opportunities")["competitor"].tolist() == ["", "", "某竞品"]


def test_epoch_milliseconds_are_days_of_the_company(tmp_path):
    midnight_in_shanghai = 1792944000000 - 8 * 3600 * 1000
    files = {
        "deals.csv": f"opportunity_id,stage,created_on,expected_close_on\nX,lead,{midnight_in_shanghai},1792944000000\n"
    }
    warehouse, _ = load(tmp_path, files)
    day = datetime.datetime.fromtimestamp(1792944000, datetime.UTC).date()
    assert warehouse.frame("opportunities")["created_on"].dt.date.tolist() == [day]
