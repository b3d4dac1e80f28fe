"""Run every benchmark: `make bench`."""

from tests.benchmarks import (
    bench_build,
    bench_duplicates,
    bench_map,
    bench_postcodes,
    bench_publish,
    bench_referrals,
    bench_register,
)

if __name__ == "__main__":
    bench_build.main()
    bench_map.main()
    bench_postcodes.main()
    bench_referrals.main()
    bench_duplicates.main()
    bench_publish.main()
    bench_register.main()
