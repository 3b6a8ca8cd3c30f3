"""What all tests share: hypothesis runs the same examples each time, on a slow machine too."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tugline", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tugline")
