package dev.berth.e2e.vm;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Says what runs: a line when a class is done, and what failed as soon as it has. */
final class Progress implements TestExecutionListener {
  private final PrintWriter out;
  private final Map<String, Long> began = new HashMap<>();
  private int tests;
  private int failures;

  Progress(PrintWriter out) {
    this.out = out;
  }

  int failures() {
    return failures;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    out.printf(
        "%d tests and more that they make%n", plan.countTestIdentifiers(TestIdentifier::isTest));
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    began.put(test.getUniqueId(), System.nanoTime());
    if (isClass(test)) {
      tests = 0;
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    out.println("skipped: " + test.getDisplayName() + ": " + reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest()) {
      tests++;
    }
    result
        .getThrowable()
        .filter(_ -> result.getStatus() == TestExecutionResult.Status.FAILED)
        .ifPresent(
            thrown -> {
              failures++;
              out.println("FAILED: " + test.getDisplayName());
              thrown.printStackTrace(out);
            });
    if (isClass(test)) {
      double seconds = (System.nanoTime() - began.getOrDefault(test.getUniqueId(), 0L)) / 1e9;
      out.printf("%4d  %s (%.1f s)%n", tests, test.getDisplayName(), seconds);
    }
  }

  private static boolean isClass(TestIdentifier test) {
    return test.getSource().filter(ClassSource.class::isInstance).isPresent();
  }
}
