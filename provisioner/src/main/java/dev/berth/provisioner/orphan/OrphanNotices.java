package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;

/** Tells of an orphan on its claim, where that is still there, else on the node. */
record OrphanNotices(Cluster cluster, String nodeName) {
  void trashed(Finding finding, Duration kept) {
    Optional<HasMetadata> about = claim(finding).or(this::node);
    about.ifPresent(
        object ->
            cluster.event(
                Notice.normal(
                    object,
                    "OrphanedVolumeTrashed",
                    "volume "
                        + finding.volume().handle()
                        + " was moved to the trash of pool "
                        + finding.volume().pool()
                        + ", where it stays for at least "
                        + kept.toHours()
                        + " h unless the room is needed: "
                        + finding.verdict().why())));
  }

  private Optional<HasMetadata> claim(Finding finding) {
    Optional<MadeFor> madeFor = finding.volume().madeFor();
    return madeFor
        .flatMap(m -> cluster.getLive(Kind.CLAIM, m.claim()))
        .filter(claim -> madeFor.get().uid().filter(new Claim(claim).uid()::equals).isPresent())
        .map(HasMetadata.class::cast);
  }

  private Optional<HasMetadata> node() {
    return cluster.get(Kind.NODE, Key.of(nodeName)).map(HasMetadata.class::cast);
  }
}
