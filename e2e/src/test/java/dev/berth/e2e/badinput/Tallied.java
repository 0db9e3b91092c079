package dev.berth.e2e.badinput;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link Tally} of the JVM. */
final class Tallied implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Tally.class;
  }

  @Override
  public Tally resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return of(context);
  }

  static Tally of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(Tally.class))
        .getOrComputeIfAbsent(Tally.class, _ -> new Tally(), Tally.class);
  }
}
