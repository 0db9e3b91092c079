package dev.berth.e2e.kubernetes;

import dev.berth.e2e.harness.BerthImage;
import dev.berth.e2e.harness.ClusterScript;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a cluster with the driver in it. Without more said, it is one of one node, started
 * for the first test of a run that wants it and taken away after the last. Where there can be no
 * cluster, the tests are skipped, and say why.
 */
final class SharedCluster implements BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(SharedCluster.class);

  private final String name;
  private final List<String> disks;
  private final boolean shared;

  SharedCluster() {
    this("one", List.of("20G"), true);
  }

  private SharedCluster(String name, List<String> disks, boolean shared) {
    this.name = name;
    this.disks = disks;
    this.shared = shared;
  }

  /** A cluster for one class alone, with a node for each disk. */
  static SharedCluster of(String name, String... disks) {
    return new SharedCluster(name, List.of(disks), false);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    String impossible =
        context
            .getRoot()
            .getStore(STORE)
            .getOrComputeIfAbsent("impossible", _ -> ClusterScript.impossible(), String.class);
    Assumptions.assumeTrue(impossible.isEmpty(), impossible);
    (shared ? context.getRoot() : context)
        .getStore(STORE)
        .getOrComputeIfAbsent(name, _ -> start(), RealCluster.class);
  }

  private RealCluster start() {
    Path image = BerthImage.archive();
    return RealCluster.up(name, disks).withDriver(image);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RealCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return Objects.requireNonNull(context.getStore(STORE).get(name, RealCluster.class));
  }
}
