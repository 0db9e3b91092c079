package dev.berth.e2e.harness;

/** How much a test that could go on for ever should do. */
public final class Effort {
  private Effort() {}

  /**
   * The number that {@code -D<property>} says; without it {@code all} when everything was asked for
   * ({@code ./dev test --all}), else {@code ordinary}.
   */
  public static int of(String property, int ordinary, int all) {
    boolean everything = "1".equals(System.getenv("BERTH_TEST_ALL"));
    return Integer.getInteger(property, everything ? all : ordinary);
  }
}
