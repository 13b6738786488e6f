"""Asks POST /api/investigations about every case, given its window and inventory only, and writes predictions.json and the reports.

usage: investigate.py URL CASES.json OUTPUT_DIRECTORY [CASE...]
"""
import json
import pathlib
import sys
import time
import urllib.request


def ask(url, case):
    body = {"start": case["start"], "end": case["end"], "inventory": case["inventory"]}
    request = urllib.request.Request(
        url + "/api/investigations", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def main(url, cases, output, *only):
    output = pathlib.Path(output)
    predictions = {}
    for case in json.loads(pathlib.Path(cases).read_text(encoding="utf-8")):
        if only and case["id"] not in only:
            continue
        started = time.monotonic()
        report = ask(url, case)
        predictions[case["id"]] = [{"service": c["service"], "score": c["score"]} for c in report["causes"]]
        (output / f"{case['id']}.json").write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
        first = report["causes"][0]
        print(f"{case['id']}  {time.monotonic() - started:4.1f} s  {report['verdict']:12}  {first['score']:.2f}  {first['service']} ({first['kind']})")
    (output / "predictions.json").write_text(json.dumps(predictions), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
