"""Times scikit-learn's isolation forest on the series given as JSON on stdin; JSON on stdout."""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest

request = json.load(sys.stdin)
rows = np.array(request["values"]).reshape(-1, 1)


def fit_predict(seed):
    forest = IsolationForest(
        n_estimators=request["trees"], contamination=request["contamination"], random_state=seed
    )
    return int((forest.fit_predict(rows) == -1).sum())


def fit_score(seed):
    forest = IsolationForest(n_estimators=request["trees"], random_state=seed)
    return float(-forest.fit(rows).score_samples(rows).min())


def timed(task):
    for seed in range(request["warmupRuns"]):
        task(seed)
    seconds, results = [], []
    for seed in range(request["runs"]):
        start = time.perf_counter()
        results.append(task(seed))
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "results": results}


print(
    json.dumps(
        {
            "scikitLearn": sklearn.__version__,
            "numpy": np.__version__,
            "python": sys.version.split()[0],
            "fitPredict": timed(fit_predict),
            "fitScore": timed(fit_score),
        }
    )
)
