#!/usr/bin/env python3
"""Measures investigations and log templates on recorded data and writes eval/RESULTS.md. Standard library only.

usage: evaluate.py [--only SET[,SET…]] [--cases ID[,ID…]] [--keep DIR] [--shared DIR] [--no-write] COMMAND…

COMMAND is how to run clew (dotnet …/clew.dll). Sets: trainticket, rootcausebench, petshop, logs-2k. Without the recorded data (../shared) it says so and
ends well. With --only or --cases nothing is written to RESULTS.md. Answers are the product's alone: truth.json is read by the scorer after all were given.
"""
import argparse
import collections
import contextlib
import datetime
import importlib.util
import gzip
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import investigate
import templates
from server import Server

HERE = pathlib.Path(__file__).resolve().parent
SETS = ("trainticket", "rootcausebench", "petshop", "logs-2k")
TARGETS = {
    "trainticket": "top-1 ≥ 95 %, top-3 100 %, inner cause ≥ 85 %",
    "rootcausebench": "≥ 7 of 8 right, no decoy blamed",
    "petshop": "top-1 ≥ 80 %, top-3 ≥ 95 %",
    "logs-2k": "GA ≥ 0.95, FGA ≥ 0.90, PA ≥ 0.75",
}


def module(path):
    """The scorer that comes with the data, as a module."""
    spec = importlib.util.spec_from_file_location(f"score_{path.parent.name.replace('-', '_')}", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def scored(incidents, name, predictions, folder):
    """score.py's own figures over the cases that were asked about."""
    truth = {k: v for k, v in read(incidents / name / "truth.json").items() if k in predictions}
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    (folder / "predictions.json").write_text(json.dumps(predictions), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, incidents / "score.py", folder / "truth.json", folder / "predictions.json", "--cases", incidents / name / "cases.json", "--json"],
        capture_output=True, text=True, check=True)
    return json.loads(done.stdout), truth


def share(score, hits, n):
    low, high = score.wilson(hits, n)
    return f"{hits}/{n}, {100 * hits / max(1, n):.1f} % [{100 * low:.0f}–{100 * high:.0f}]"


class Run:
    """What all sets have in common: how to start clew, where to keep answers, and what was said with which certainty."""

    def __init__(self, arguments):
        self.command = arguments.command
        self.shared = pathlib.Path(arguments.shared)
        self.only = set(arguments.cases.split(",")) if arguments.cases else None
        self.keep = pathlib.Path(arguments.keep)
        self.certainty = []
        self.seconds = []

    def incidents(self):
        return self.shared / "incidents"

    def cases(self, name):
        return [c for c in read(self.incidents() / name / "cases.json") if self.only is None or c["id"] in self.only]

    def folder(self, name):
        path = self.keep / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def answer(self, server, name, case):
        report, seconds = investigate.ask(server, case)
        investigate.keep(self.folder(name), case, report)
        print(investigate.told(case, report, seconds), flush=True)
        self.seconds.append(seconds)
        return report

    def judged(self, name, case, report, right):
        self.certainty.append((name, case, report["verdict"], report["causes"][0]["score"] if report["causes"] else 0, right))


def ranked(run, name):
    """A set whose answer is a service: one store for all cases."""
    score = module(run.incidents() / "score.py")
    reports, predictions = {}, {}
    with Server(run.command, run.folder(name) / "server.log") as server:
        server.clew("import", "--quiet", *sorted((run.incidents() / name / "telemetry").glob("*.jsonl.gz")))
        for case in run.cases(name):
            reports[case["id"]] = run.answer(server, name, case)
            predictions[case["id"]] = investigate.prediction(reports[case["id"]])
    result, truth = scored(run.incidents(), name, predictions, run.folder(name))
    for case, report in reports.items():
        run.judged(name, case, report, report["causes"][0]["service"] == truth[case]["service"])
    n = result["n"]
    hits = {k: sum(r is not None and r <= k for r in result["ranks"].values()) for k in (1, 3)}
    figures = [("top-1", share(score, hits[1], n)), ("top-3", share(score, hits[3], n)), ("MRR", f"{result['groups']['all']['mrr']:.3f}")]
    if "inner" in result and result["inner"]["n"] == n:
        figures.append(("inner cause", share(score, result["inner"]["right"], n)))
        for kind, cases in sorted(grouped(truth, "fault_type").items()):
            right = sum(result["ranks"][c] is not None and result["ranks"][c] <= 1
                        and score.detail_hit(next((x.get("detail") for x in predictions[c] if x["service"] == truth[c]["service"]), None) or "", truth[c]["detail"])
                        for c in cases)
            figures.append((f"inner cause, {kind}", share(score, right, len(cases))))
    return figures


def grouped(truth, field):
    groups = collections.defaultdict(list)
    for case, answer in truth.items():
        groups[answer[field]].append(case)
    return groups


def blamed(run, name):
    """A set whose answer is a change, or none: every case in an empty store, with its changes."""
    score = module(run.incidents() / "score.py")
    folder = run.incidents() / name
    with gzip.open(folder / "changes.jsonl.gz", "rt", encoding="utf-8") as file:
        changes = [json.loads(line) for line in file]
    feeds = read(folder / "status-feeds.json") if (folder / "status-feeds.json").exists() else {}
    reports, predictions = {}, {}
    for case in run.cases(name):
        with Server(run.command, run.folder(name) / f"{case['id']}.log") as server:
            for file in case["files"]:
                server.clew("import", "--quiet", *sorted((folder / "telemetry").glob(f"{file}.*.jsonl.gz")))
            own = run.folder(name) / f"{case['id']}.changes.jsonl"
            records = [c for c in changes if c["attributes"]["case"] == case["id"]] + list(outages(feeds.get(case["id"])))
            own.write_text("".join(json.dumps(c) + "\n" for c in records), encoding="utf-8")
            server.clew("change", "import", own)
            reports[case["id"]] = run.answer(server, name, case)
            predictions[case["id"]] = investigate.prediction(reports[case["id"]], with_changes=True)
    result, truth = scored(run.incidents(), name, predictions, run.folder(name))
    right = {c: score.commit_right(predictions[c]["commit"], truth[c]["commit"]) for c in reports}
    for case, report in reports.items():
        run.judged(name, case, report, right[case] and report["causes"][0]["service"] == truth[case]["service"])
    n = len(reports)
    hits = sum(r is not None and r <= 1 for r in result["ranks"].values())
    return [("right change or none", share(score, sum(right.values()), n)), ("decoys blamed", str(result["commit"]["decoy"])),
            ("wrong change blamed", str(sum(predictions[c]["commit"] != "none" and not right[c] for c in reports))), ("service top-1", share(score, hits, n))]


def outages(feed):
    """What a provider's status page says of itself, as records of kind status (docs/changes.md)."""
    for incident in (feed or {}).get("incidents", []):
        endpoint = next((c["endpoint"] for c in feed["components"] if c["status"].endswith("outage")), feed["provider"])
        yield {"id": incident["id"], "time": incident["started_at"], "kind": "status", "service": endpoint, "summary": incident["name"],
               "attributes": {"provider": feed["provider"], "impact": incident["impact"]}}


def grouping(run, name):
    """Templates as the server gives them."""
    root = run.shared / name
    score = module(root / "score.py")
    systems = read(root / "systems.json")
    folder = run.folder(name)
    rows = []
    with Server(run.command, folder / "server.log") as server:
        for system in systems:
            content = templates.lines(root / system["truth"])
            file = folder / f"{system['system']}.jsonl.gz"
            templates.write(file, system["system"], content)
            server.clew("import", "--quiet", file)
            templates.save(folder / f"{system['system']}.csv", templates.ask(server, system["system"], content))
            rows.append((system["system"], score.evaluate(score.read(str(root / system["truth"])), score.read(str(folder / f"{system['system']}.csv")))))
            print(f"{system['system']:10} " + "  ".join(f"{k} {rows[-1][1][k]:.3f}" for k in ("GA", "FGA", "PA", "FTA")), flush=True)
    mean = {k: sum(r[k] for _, r in rows) / len(rows) for k in ("GA", "FGA", "PA", "FTA")}
    return [(k, f"{mean[k]:.3f} ({', '.join(f'{s} {r[k]:.2f}' for s, r in rows)})") for k in mean]


KINDS = {"trainticket": ranked, "petshop": ranked, "rootcausebench": blamed, "logs-2k": grouping}


def reliability(run, score):
    """How often answers of each verdict, and of each range of scores, were right."""
    lines = ["| said | answers | right | share, 95 % interval |", "|---|---|---|---|"]
    for verdict in ("CONFIRMED", "LIKELY", "INCONCLUSIVE", "NO_INCIDENT"):
        of = [c for c in run.certainty if c[2] == verdict]
        if of:
            right = sum(c[4] for c in of)
            lines.append(f"| {verdict} | {len(of)} | {right} | {share(score, right, len(of))} |")
    for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.01)):
        of = [c for c in run.certainty if low <= c[3] < high]
        if of:
            right = sum(c[4] for c in of)
            lines.append(f"| score {low:.1f} to {min(high, 1):.1f} | {len(of)} | {right} | {share(score, right, len(of))} |")
    wrong = [f"{c[1]} ({c[0]}, {c[3]:.2f})" for c in run.certainty if c[2] == "CONFIRMED" and not c[4]]
    return lines + ["", "Confirmed and wrong: " + (", ".join(wrong) if wrong else "none") + "."]


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), platform.processor()) \
        if os.path.exists("/proc/cpuinfo") else platform.processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def commit():
    def git(*words):
        return subprocess.run(["git", "-C", HERE, *words], capture_output=True, text=True, check=False).stdout.strip()
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (" with changes" if git("status", "--porcelain", "--", "../src") else "")


LAB = "## The lab"


def lab():
    """What eval/lab.sh wrote, which is its alone."""
    before = (HERE / "RESULTS.md").read_text(encoding="utf-8") if (HERE / "RESULTS.md").exists() else ""
    return ["", LAB + before.split(LAB, 1)[1].rstrip("\n")] if LAB in before else []


def write(run, results, took):
    score = module(run.incidents() / "score.py")
    now = datetime.datetime.now(datetime.timezone.utc)
    lines = [
        "# How good the answers are", "",
        "Written by `make eval`. Recorded incidents and lines of other systems (`../shared`), asked of a release build over its API; intervals are Wilson's, 95 %.",
        "With so few cases one more or less moves a figure by several points: read the intervals. The code knows no name of any set, but its authors have seen these",
        "results while they wrote it, so they say how well it does on what it was built with, not on what it will meet.", "",
        f"Commit {commit()}, {now:%Y-%m-%d %H:%M} UTC, {machine()}; {took / 60:.1f} min in all, an investigation {max(run.seconds, default=0):.1f} s at most.", "",
        "| set | target | measure | result |", "|---|---|---|---|"]
    for name, figures in results.items():
        for i, (measure, value) in enumerate(figures):
            lines.append(f"| {name if i == 0 else ''} | {TARGETS[name] if i == 0 else ''} | {measure} | {value} |")
    lines += ["", "petshop's cases all have the same guilty node; it shows that metrics and a call graph alone are enough to be read, and no more.", "",
              "## Calibration", "", "Right means the guilty service first, and for rootcausebench the guilty change, or none, too.", "", *reliability(run, score), *lab()]
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only")
    parser.add_argument("--cases")
    parser.add_argument("--keep")
    parser.add_argument("--shared", default=os.environ.get("CLEW_SHARED") or HERE.parent.parent / "shared")
    parser.add_argument("--no-write", action="store_true")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",") if arguments.only else SETS
    if unknown := set(chosen) - set(SETS):
        parser.error(f"unknown sets: {', '.join(sorted(unknown))}; there are {', '.join(SETS)}")
    with contextlib.ExitStack() as stack:
        arguments.keep = arguments.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="clew-eval-"))
        run = Run(arguments)
        results = {}
        started = time.monotonic()
        for name in chosen:
            root = run.shared / name if name == "logs-2k" else run.incidents() / name
            if not root.exists():
                print(f"eval: {name} skipped, there is no {root} (CLEW_SHARED says where the recorded data is)")
                continue
            print(f"== {name}", flush=True)
            results[name] = KINDS[name](run, name)
            for measure, value in results[name]:
                print(f"{name}: {measure}: {value}", flush=True)
        if run.certainty:
            print("\n".join(reliability(run, module(run.incidents() / "score.py"))))
        if len(results) == len(SETS) and not arguments.cases and not arguments.no_write:
            write(run, results, time.monotonic() - started)
            print(f"written: {HERE / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
