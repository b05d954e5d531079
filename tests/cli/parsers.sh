#!/bin/sh
# Parsers of others read the reports: parsers.sh PATH_TO_BINARY
set -eu
tool=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$DX_SOURCE_DIR/tests/cli/report"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

if ! python3 -c 'import json, xml.etree.ElementTree' 2>/dev/null; then
    echo "python3 is not here: the reports are not parsed by another program"
    exit 77
fi
for format in json sarif junit; do
    code=0
    "$tool" validate --schema=none --level=define --format=$format in >"$dir/$format" 2>/dev/null || code=$?
    [ "$code" -eq 3 ] || { echo "$format: exit code $code, not 3"; exit 1; }
done

python3 - "$dir" <<'END'
import json, re, sys, urllib.parse
import xml.etree.ElementTree as ElementTree

folder = sys.argv[1]
KEYS = ["file", "line", "column", "endLine", "endColumn", "rule", "level", "severity", "message", "expected", "hint",
        "path", "pass"]

report = json.load(open(folder + "/json", encoding="utf-8"))
assert report["version"] == 1 and report["schema"] == "none"
findings = report["findings"]
assert len(findings) == 5
for finding in findings:
    assert list(finding) == KEYS, list(finding)
    assert finding["level"] in ("define", "input") and finding["severity"] in ("error", "warning")
summary = report["summary"]
assert summary["files"] == 4 and summary["filesWithFindings"] == 3 and summary["skipped"] == 1
assert summary["errors"] == sum(finding["severity"] == "error" for finding in findings)
assert summary["warnings"] == sum(finding["severity"] == "warning" for finding in findings)
assert summary["exitCode"] == 3

# What the published schema of SARIF 2.1.0 calls required, and what GitHub code scanning asks for beyond it.
log = json.load(open(folder + "/sarif", encoding="utf-8"))
assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
(run,) = log["runs"]
driver = run["tool"]["driver"]
assert driver["name"] == "domxform" and run["columnKind"] == "unicodeCodePoints"
ids = [rule["id"] for rule in driver["rules"]]
assert len(ids) == len(set(ids)) > 50
for rule in driver["rules"]:
    assert rule["shortDescription"]["text"] and urllib.parse.urlparse(rule["helpUri"]).scheme == "https"
    assert rule.get("help", {"text": "x"})["text"]
    assert rule.get("defaultConfiguration", {"level": "error"})["level"] in ("error", "warning", "note")
assert len(run["results"]) == len(findings)
for result, finding in zip(run["results"], findings):
    assert result["message"]["text"].startswith(finding["message"])
    assert ids[result["ruleIndex"]] == result["ruleId"] == (finding["rule"] or finding["level"])
    assert result["level"] == finding["severity"]
    (location,) = result["locations"]
    place = location["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri) and not uri.startswith("/")
    assert urllib.parse.unquote(uri) == finding["file"]
    region = place["region"]
    assert region["startLine"] == finding["line"] and region["startColumn"] == finding["column"]
    assert region["endLine"] == finding["endLine"] and region["endColumn"] == finding["endColumn"]
    assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
assert len({result["partialFingerprints"]["domxform/v1"] for result in run["results"]}) == len(findings)
assert all(isinstance(invocation["executionSuccessful"], bool) for invocation in run["invocations"])

suites = ElementTree.parse(folder + "/junit").getroot()
(suite,) = suites
cases = suite.findall("testcase")
assert suites.tag == "testsuites" and suite.tag == "testsuite"
assert int(suite.get("tests")) == len(cases) == 4
assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == 1
assert int(suite.get("errors")) == len(suite.findall("testcase/error")) == 1
assert all(case.get("name") and case.get("classname") for case in cases)
for bad in suite.findall("testcase/failure") + suite.findall("testcase/error"):
    assert re.match(r".+:\d+:\d+: .", bad.get("message")) and bad.get("type") and bad.text.strip()
END
