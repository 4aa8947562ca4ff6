#!/usr/bin/env python3
"""Writes what scikit-learn makes of three series of NAB, for isolation-forest.test.ts.

    python3 generate.py <folder with the CSV files of NAB's realAWSCloudwatch>

Files are written beside this script; README.md says what they hold.
"""

import csv
import gzip
import json
import platform
import sys
import textwrap
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length

SERIES = ["ec2_cpu_utilization_5f5533", "rds_cpu_utilization_cc0c53", "elb_request_count_8c0756"]
ROWS = 2016  # seven days of 5-minute samples
SEEDS = range(20)
TREES = 100
CONTAMINATION = 0.05
TRAILING = 12  # samples: one hour

HERE = Path(__file__).parent


def main(folder):
    for name in SERIES:
        values = read_values(folder / f"{name}.csv")
        write_case(name, values.reshape(-1, 1))
    write_case("three-features", three_features(read_values(folder / f"{SERIES[0]}.csv")))
    write_average_path_lengths()


def read_values(path):
    with path.open(newline="") as file:
        values = [float(row["value"]) for row in csv.DictReader(file)]
    return np.array(values[:ROWS])


def three_features(values):
    """Value, first difference and mean of the trailing hour, of the rows that have all three."""
    means = np.convolve(values, np.ones(TRAILING) / TRAILING, mode="valid")
    level = values[TRAILING - 1 :]
    change = np.diff(values)[TRAILING - 2 :]
    return np.column_stack([level, change, means]).round(6)


def write_case(name, matrix):
    scores, offsets, flagged, tied = [], [], [], []
    for seed in SEEDS:
        forest = IsolationForest(
            n_estimators=TREES, contamination=CONTAMINATION, random_state=seed
        ).fit(matrix)
        anomaly = -forest.score_samples(matrix)
        scores.append(anomaly)
        offsets.append(-float(forest.offset_))
        flagged.append(int((forest.predict(matrix) == -1).sum()))
        tied.append(int((anomaly == -forest.offset_).sum()))

    floats = np.array(scores).astype("<f4").tobytes()
    (HERE / f"{name}.scores.f32.gz").write_bytes(gzip.compress(floats, mtime=0))
    write_json(
        f"{name}.json",
        {
            **versions(),
            "trees": TREES,
            "contamination": CONTAMINATION,
            "seeds": len(SEEDS),
            "rows": matrix.shape[0],
            "features": matrix.shape[1],
            "data": matrix.ravel().tolist(),
            "offsets": offsets,
            "flagged": flagged,
            "tied": tied,
        },
    )


def write_average_path_lengths():
    counts = [1, 2, 3, 10, 100, 256, 2016]
    lengths = _average_path_length(np.array(counts)).tolist()
    write_json("average-path-length.json", {**versions(), "n": counts, "c": lengths})


def versions():
    return {
        "python": platform.python_version(),
        "scikitLearn": sklearn.__version__,
        "numpy": np.__version__,
    }


def write_json(name, fields):
    """A member a line, long arrays filled to 100 columns: the way the repository formats JSON."""
    members = ",\n".join(member(key, value) for key, value in fields.items())
    (HERE / name).write_text(f"{{\n{members}\n}}\n")


def member(key, value):
    line = f'  "{key}": {json.dumps(value)}'
    if not isinstance(value, list) or len(line) < 100:
        return line
    items = json.dumps(value)[1:-1]
    filled = textwrap.fill(items, 100, initial_indent="    ", subsequent_indent="    ")
    return f'  "{key}": [\n{filled}\n  ]'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
