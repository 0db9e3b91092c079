package dev.berth.e2e.badinput;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One driver for all tables of the JVM, started for the first and stopped after the last; after
 * each table it looks whether a refused request left something behind.
 */
final class SharedDriver implements ParameterResolver, AfterAllCallback {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == RunningDriver.class || type == Tally.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Tally.class
        ? Tallied.of(context)
        : driver(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    driver(context).assertAsAtTheStart();
  }

  private static RunningDriver driver(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedDriver.class))
        .getOrComputeIfAbsent(RunningDriver.class, _ -> RunningDriver.start(), RunningDriver.class);
  }
}
