package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/**
 * What holds of every cluster: of the embedded one and of a real API server. It asserts nothing
 * that only one of them does.
 */
public abstract class ClusterContract
    implements CreatingContract,
        ReadingContract,
        ReplacingContract,
        DeletingContract,
        TellingContract {
  private String namespace = "";

  /** The cluster under test; what a test leaves in it must not disturb the next one. */
  @Override
  public abstract Cluster cluster();

  /** Brings the cluster up, before each test. */
  protected abstract void open();

  @Override
  public String namespace() {
    return namespace;
  }

  @BeforeEach
  void make_a_namespace_of_its_own() {
    open();
    namespace = "contract-" + UUID.randomUUID();
    cluster()
        .create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
  }
}
