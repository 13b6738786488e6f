"""Asks POST /api/investigations about recorded cases as the person who was paged would, and turns reports into the scorer's predictions."""
import json
import time

# What the scorer calls the time that passes between a client's span and its server's: the report names the edge itself.
EDGE_DETAIL = "network_latency_p90"


def ask(server, case):
    body = {"start": case["start"], "end": case["end"], "inventory": case["inventory"]}
    started = time.monotonic()
    report = server.post("/api/investigations", body)
    return report, time.monotonic() - started


def detail(place):
    """The inner place of a cause in the scorer's form; None when the report names none."""
    if place is None:
        return None
    return EDGE_DETAIL if place["kind"] == "edge" else place["text"]


def revision(change):
    """The commit a report blames, or "none"."""
    return "none" if change is None else change.get("revision") or change["id"]


def prediction(report, with_changes=False):
    causes = report["causes"]
    ranking = [{"service": c["service"], "score": c["score"], **({"detail": detail(c["place"])} if c.get("place") else {})} for c in causes]
    return {"ranking": ranking, "commit": revision(causes[0].get("change") if causes else None)} if with_changes else ranking


def told(case, report, seconds):
    """A line for the one who watches."""
    first = report["causes"][0] if report["causes"] else {"score": 0, "service": "-", "kind": "-"}
    place = first.get("place")
    change = first.get("change")
    return (f"{case['id']}  {seconds:4.1f} s  {report['verdict']:12}  {first['score']:.2f}  {first['service']} ({first['kind']})"
            + (f"  at {place['text']}" if place else "") + (f"  after {revision(change)[:12]}" if change else ""))


def keep(folder, case, report):
    (folder / f"{case['id']}.json").write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
