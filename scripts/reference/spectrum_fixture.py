"""Writes packages/core/test/fixtures/spectra.json: singular values of scaling * B @ A by numpy, in float64.

    python scripts/reference/spectrum_fixture.py
"""

import json
from pathlib import Path

import numpy

OUT = Path(__file__).resolve().parents[2] / "packages/core/test/fixtures/spectra.json"
random = numpy.random.default_rng(7)


def factors(rank, inner, out, scale_a=1.0, scale_b=1.0):
    a = (random.standard_normal((rank, inner)) * scale_a).astype(numpy.float32)
    return a, (random.standard_normal((out, rank)) * scale_b).astype(numpy.float32)


def with_spectrum(sigma, inner, out):
    """Factors whose product has these singular values, up to the rounding to float32."""
    u = numpy.linalg.qr(random.standard_normal((out, len(sigma))))[0]
    v = numpy.linalg.qr(random.standard_normal((inner, len(sigma))))[0]
    roots = numpy.sqrt(sigma)
    return (roots[:, None] * v.T).astype(numpy.float32), (u * roots).astype(numpy.float32)


def lists(matrix):
    return {"shape": list(matrix.shape), "data": [float(f"{value:.9g}") for value in matrix.ravel()]}


def case(name, scaling, pair):
    a, b = pair
    update = scaling * (b.astype(numpy.float64) @ a.astype(numpy.float64))
    sigma = numpy.linalg.svd(update, compute_uv=False)[: min(len(a), *update.shape)]
    energy = numpy.cumsum(sigma**2) / numpy.sum(sigma**2)
    share = sigma[sigma > 0] / sigma.sum()
    return {
        "name": name, "scaling": scaling, "loraA": lists(a), "loraB": lists(b), "singularValues": sigma.tolist(),
        "frobeniusNorm": float(numpy.linalg.norm(update)), "stableRank": float((sigma**2).sum() / sigma[0] ** 2),
        "effectiveRank": float(numpy.exp(-(share * numpy.log(share)).sum())),
        "rankAtEnergy": {str(t): int(numpy.argmax(energy >= t)) + 1 for t in (0.9, 0.95, 0.99)},
        "truncationErrors": [float(numpy.sqrt((sigma[k:] ** 2).sum())) for k in range(len(sigma) + 1)],
    }


duplicate = factors(3, 7, 6)
duplicate[1][:, 2] = duplicate[1][:, 0]
duplicate[0][2] = duplicate[0][0]
cases = [
    case("random", 2.0, factors(4, 12, 9)),
    case("rank 1", 0.5, factors(1, 5, 8)),
    case("a rank above both sides", 1.0, factors(6, 4, 5)),
    case("a decaying spectrum", 1.0, with_spectrum([10, 3, 1, 0.3, 0.1, 0.01], 16, 14)),
    case("repeated singular values", 4.0, with_spectrum([2, 2, 2, 1, 1], 10, 11)),
    case("huge factors", 1e6, factors(3, 6, 7, 1e15, 1e16)),
    case("tiny factors", 1e-6, factors(3, 6, 7, 1e-20, 1e-18)),
    case("a rank that the factors do not use", 1.0, duplicate),
]
OUT.write_text(json.dumps({"numpy": numpy.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(OUT, OUT.stat().st_size, "bytes")
