package dev.berth.e2e.flakydisk;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A pool on ext4 whose disk fails. */
@EnabledIfEnvironmentVariable(
    named = "BERTH_TEST_ALL",
    matches = "1",
    disabledReason = "ext4 retries a sick disk for a minute: ./dev test --all runs it")
class FlakyExt4VM extends FlakyPool {
  @Override
  String kind() {
    return "ext4";
  }
}
