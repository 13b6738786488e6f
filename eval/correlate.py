"""Takes the trace and span ids out of recorded logs, asks GET /api/correlate for requests, and compares with the true traces.

usage: correlate.py strip OUTPUT_DIRECTORY LOGS.jsonl.gz...      writes copies without ids, and truth.json
       correlate.py ask URL OUTPUT_DIRECTORY [COUNT]             asks for COUNT (200) requests and reports precision and recall

A request is asked for by the moment and service of its first record, as somebody would who noticed it there. Precision: which share of the
answered records belongs to the request. Recall: which share of the request's records was answered. Both are means over requests.
"""
import gzip
import json
import pathlib
import random
import sys
import urllib.error
import urllib.parse
import urllib.request

SEED = 7
SHORTEST = 2  # Records: a request that logged once is found by definition.


def without(body, ids):
    """The text without the record's own ids, and without the labels in front of them."""
    for value in ids:
        at = body.find(value) if value else -1
        while at >= 0:
            label = body.rfind(" ", 0, at - 1) if at >= 2 and body[at - 1] == " " else at
            start = label + 1 if 0 <= label < at and at - label < 16 else at
            body = body[:start] + body[at + len(value):]
            at = body.find(value)
    return body


def strip(output, *files):
    output = pathlib.Path(output)
    truth = {}
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines, gzip.open(output / pathlib.Path(file).name, "wt", encoding="utf-8") as copy:
            for line in lines:
                request = json.loads(line)
                for resource in request["resourceLogs"]:
                    names = {a["key"]: a["value"].get("stringValue", "") for a in resource["resource"]["attributes"]}
                    for scope in resource["scopeLogs"]:
                        for record in scope["logRecords"]:
                            trace, span = record.pop("traceId", ""), record.pop("spanId", "")
                            body = without(record["body"].get("stringValue", ""), (trace, span))
                            record["body"] = {"stringValue": body}
                            record["attributes"] = [a for a in record.get("attributes", []) if a["value"].get("stringValue") not in (trace, span)]
                            truth.setdefault(trace, []).append([int(record["timeUnixNano"]), names.get("service.name", ""), body])
                copy.write(json.dumps(request, ensure_ascii=False) + "\n")
    truth.pop("", None)
    (output / "truth.json").write_text(json.dumps([sorted(records) for records in truth.values()]), encoding="utf-8")


def moment(text):
    """RFC 3339 with nine decimals in UTC, as nanoseconds."""
    from datetime import datetime, timezone
    whole, fraction = text.rstrip("Z").split(".")
    return int(datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp()) * 1_000_000_000 + int(fraction.ljust(9, "0"))


def correlate(url, record):
    question = urllib.parse.urlencode({"time": record[0], "service": record[1]})
    try:
        with urllib.request.urlopen(f"{url}/api/correlate?{question}", timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return {"lines": [], "confidence": 0}
        raise


def ask(url, output, count="200"):
    requests = [records for records in json.loads((pathlib.Path(output) / "truth.json").read_text(encoding="utf-8")) if len(records) >= SHORTEST]
    chosen = random.Random(SEED).sample(requests, min(int(count), len(requests)))
    rows = []
    for records in chosen:
        wanted = {(time, service, body) for time, service, body in records}
        answer = correlate(url, records[0])
        found = {(moment(line["time"]), line["service"], line["body"]) for line in answer["lines"]}
        right = len(found & wanted)
        rows.append((right / len(found) if found else 0, right / len(wanted), answer["confidence"], len(records)))

    def report(name, some):
        precision, recall = (sum(row[i] for row in some) / len(some) for i in (0, 1))
        f1 = sum(2 * p * r / (p + r) if p + r else 0 for p, r, *_ in some) / len(some)
        print(f"correlate: {name:24} {len(some):4} requests  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")

    report("all", rows)
    sure = sorted(row[2] for row in rows)[len(rows) // 2]
    for name, some in (("the surer half", [r for r in rows if r[2] >= sure]), ("the less sure half", [r for r in rows if r[2] < sure]),
                       ("up to 10 records", [r for r in rows if r[3] <= 10]), ("more than 10 records", [r for r in rows if r[3] > 10])):
        if some:
            report(name, some)


if __name__ == "__main__":
    commands = {"strip": strip, "ask": ask}
    if len(sys.argv) < 4 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
