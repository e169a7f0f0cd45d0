# ruff: noqa: E501 - the content of a whole plan, one entry a line
"""A whole plan in both languages, as a version would hold it: what the tests and the benchmark print."""

from __future__ import annotations

from typing import Any

from kam.plans.content import fingerprint
from kam.plans.printing import APPROVED, Sheet

_ENGLISH = (
    "Harbour Robotics builds handling cells for pharmaceutical packaging and has grown by a quarter in each of the last "
    "two years. Its third plant opens in October and doubles the demand for drives and service. We hold 41 per cent of "
    "the drives in the two older plants and none in the new one.\n\n"
    "What decides the next order is not the price but how soon a stopped line runs again. Their chief engineer counts "
    "every hour, and we are the only supplier whose technicians come the same day.\n\n"
    "- Two framework contracts end this year and are open to tender.\n"
    "- The purchasing department moved to the group's head office in March.\n"
    "- Operations trusts us; purchasing hardly knows us."
)
_CHINESE = (
    "港湾机器人公司为制药包装行业提供搬运单元，过去两年每年增长四分之一。第三座工厂将于十月投产，对驱动器和服务的需求将翻一番。"
    "我们在两座老厂的驱动器份额为41%，在新厂为零。\n\n"
    "决定下一张订单的不是价格，而是停线之后多久能够恢复。总工程师按小时计算损失，而我们是唯一当天派技术人员到场的供应商。\n\n"
    "1. 两份框架合同今年到期，将公开招标。\n2. 采购部门三月迁至集团总部，「關係維護」由新團隊負責。\n3. 生产部门信任我们，采购部门还不了解我们。"
)


def content(title: str = "Growing together 2026–2028") -> dict[str, Any]:
    return {
        "format": 1,
        "as_of": "2026-06-15",
        "plan": {
            "id": "0197a000-0000-7000-8000-000000000001", "title": title, "period_start": "2026-07-01",
            "period_end": "2028-06-30", "currency": "EUR", "budget": "180000.00", "author": "Alice Weber",
            "editors": ["Alice Weber", "王丽"],
        },
        "customer": {
            "code": "C-0042", "name": "Harbour Robotics Ltd", "name_zh": "港湾机器人有限公司",
            "industry": "Machinery", "country": "China", "region": "East", "city": "Suzhou", "employees": 1800,
        },
        "sections": {
            "situation": f"{_ENGLISH}\n\n{_CHINESE}",
            "business": f"{_CHINESE}\n\n{_ENGLISH}",
            "value": _ENGLISH,
            "competitors": "Łódź Napędy S.A. supplies the new plant with conveyors; Gürsoy Şirketi bids for service.\n" + _CHINESE,
            "strengths": "- Same-day service in the region\n- 当天到场的服务\n- Drives certified for clean rooms",
            "weaknesses": "- Nobody on our side knows the new purchasing director\n- 价格比竞争对手高百分之八",
            "opportunities": "- Third plant from October\n- 第三座工厂的全套驱动\n- Predictive maintenance as a contract",
            "threats": "- Tender for both framework contracts\n- 竞争对手降价抢单",
            "vision": f"By 2028 we are the partner who keeps their lines running.\n\n{_CHINESE}",
            "objectives": "We assume that the plant opens on time and that drives stay specified by engineering.",
            "actions": "Three initiatives carry the objectives.",
            "resources": f"One technician is stationed in Suzhou.\n\n{_ENGLISH}",
            "risks": "Reviewed each quarter with the account team.",
            "review": f"Quarterly with the account team, yearly with the customer's board.\n\n{_CHINESE}",
        },
        "figures": [
            _figure("revenue_12m", "Revenue, 12 months", "money", "1284500.00"),
            _figure("revenue_trend", "Revenue trend", "percent", "12.4"),
            _figure("margin_12m", "Margin, 12 months", "money", "341200.00"),
            _figure("margin_rate", "Margin rate", "percent", "26.6"),
            _figure("orders_12m", "Orders, 12 months", "count", 38),
            _figure("days_since_contact", "Days since contact", "days", "4.0"),
            _figure("feeling_index", "Feeling index", "index", "35.0"),
            _figure("open_complaints", "Open complaints", "count", 1),
        ],
        "facts": {"revenue_12m": "1284500.00", "open_complaints": 1},
        "revenue": [
            {"month": f"{2025 + (month > 12)}-{(month - 1) % 12 + 1:02}", "amount": f"{70000 + 9000 * (month % 5)}.00"}
            for month in range(6, 18)
        ],
        "objectives": [
            _objective("Win the third plant", "revenue_12m", "Revenue, 12 months", "money", "900000.00", "2000000.00", 34),
            _objective("没有超过两天未解决的投诉", "open_complaints", "Open complaints", "count", "6.00", "0.00", 83),
            _objective("Be trusted by purchasing", "feeling_index", "Feeling index", "index", "10.00", "60.00", 50),
        ],
        "initiatives": [
            {
                "title": f"Initiative {number}: keep the lines running 保障产线", "strategy": _ENGLISH[:280],
                "objective_title": "Win the third plant",
                "actions": [
                    {
                        "title": f"Step {step}: meet the engineers of plant {step} 与工程师会面", "owner_name": "Bob Lin",
                        "due_on": f"2026-{8 + number:02}-{step * 3:02}", "done_at": "2026-06-01T09:00:00+00:00" if step == 1 else None,
                    }
                    for step in range(1, 7)
                ],
            }
            for number in range(1, 4)
        ],
        "risks": [
            {"title": "The plant opens half a year late", "likelihood": 3, "impact": 4, "response": "Keep the old plants busy with retrofits.", "owner_name": "Alice Weber"},
            {"title": "新采购总监偏好竞争对手", "likelihood": 4, "impact": 4, "response": "由高层赞助人每季度拜访一次。", "owner_name": "王丽"},
            {"title": "Our technician leaves", "likelihood": 2, "impact": 3, "response": "", "owner_name": None},
        ],
        "team": [
            {"name": "Alice Weber", "position": "lead", "job": "Key account manager", "since": "2024-02-01"},
            {"name": "王丽", "position": "sales", "job": "销售经理", "since": "2025-05-01"},
            {"name": "Bob Lin", "position": "technical", "job": "Engineer", "since": "2025-05-01"},
        ],
        "contacts": [
            {"name": "Chen Wei", "name_zh": "陈伟", "job": "Chief engineer", "influence": 5, "stance": "champion", "covered_by": "Bob Lin"},
            {"name": "Maria Lopez", "name_zh": "", "job": "Purchasing director", "influence": 5, "stance": "neutral", "covered_by": None},
            {"name": "林志明", "name_zh": "林志明", "job": "厂长", "influence": 4, "stance": "supporter", "covered_by": "Alice Weber"},
        ],
    }  # fmt: skip


def sheet(mark: str = APPROVED, of: dict[str, Any] | None = None) -> Sheet:
    return Sheet(
        mark=mark, hash=fingerprint(of or content()), made_at="2026-06-10T08:30:00+00:00", number=3,
        made_by="Alice Weber", approved_at="2026-06-12T14:05:00+00:00" if mark == APPROVED else "",
        approved_by="Mona Fischer" if mark == APPROVED else "",
    )  # fmt: skip


def _figure(fact: str, title: str, unit: str, value: Any) -> dict[str, Any]:
    return {"fact": fact, "fact_title": title, "unit": unit, "value": value}


def _objective(title: str, fact: str, of: str, unit: str, baseline: str, target: str, progress: int) -> dict[str, Any]:
    return {
        "title": title, "baseline": baseline, "target": target, "due_on": "2027-12-31", "fact": fact,
        "fact_title": of, "unit": unit, "current": "1284500.00" if unit == "money" else "1.00", "progress": progress,
    }  # fmt: skip
