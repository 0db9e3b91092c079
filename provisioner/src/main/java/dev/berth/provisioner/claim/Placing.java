package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Optional;

/** What whoever chooses a node for a claim must know of how claims are made. Pure. */
public final class Placing {
  private Placing() {}

  /** Why no node should be chosen for a claim: what is wrong with it, or who else makes it. */
  public static Optional<Notice> refusal(Claim claim, Klass klass) {
    if (DataSource.of(claim) instanceof DataSource.Populator(String kind, String name)) {
      return Optional.of(Making.populated(claim, kind, name));
    }
    try {
      Requests.checkSelector(claim);
      Requests.refuseSources(claim);
      Requests.checkSecrets(claim, klass);
      Requests.checkModes(claim);
      return Optional.empty();
    } catch (InvalidRequestException e) {
      return Optional.of(failed(claim, klass, e.why()));
    }
  }

  /** A failure, as it is told about the claim. */
  public static Notice failed(Claim claim, Klass klass, String why) {
    return Notice.warning(
        claim.raw(), "ProvisioningFailed", Provisioner.failure(klass.name(), why));
  }

  /**
   * The claim, given to a node. The same write says who makes it and takes it into custody, so that
   * the node need not.
   */
  public static PersistentVolumeClaim on(String node, Claim claim, Klass klass) {
    return new PersistentVolumeClaimBuilder(Provisioner.askOurselves(claim, klass).claim())
        .editMetadata()
        .addToAnnotations(Names.SELECTED_NODE, node)
        .endMetadata()
        .build();
  }
}
