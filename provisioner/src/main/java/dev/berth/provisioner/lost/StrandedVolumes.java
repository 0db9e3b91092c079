package dev.berth.provisioner.lost;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** PVs of nodes that no longer exist. */
final class StrandedVolumes {
  private final Cluster cluster;
  private final Optional<Duration> forgetAfter;
  private final InstantSource clock;

  /** The uids of those that an event was written about; told again after a restart. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  StrandedVolumes(Cluster cluster, Optional<Duration> forgetAfter, InstantSource clock) {
    this.cluster = cluster;
    this.forgetAfter = forgetAfter;
    this.clock = clock;
  }

  /** The node is there, perhaps again. */
  void found(List<Volume> volumes) {
    for (Volume volume : volumes) {
      told.remove(volume.raw().getMetadata().getUid());
      if (volume.annotation(Names.NODE_LOST_SINCE).isPresent()) {
        cluster.replace(
            new PersistentVolumeBuilder(volume.raw())
                .editMetadata()
                .removeFromAnnotations(Names.NODE_LOST_SINCE)
                .endMetadata()
                .build());
      }
    }
  }

  /** The node is gone: tell, and in time forget, if that was asked for. */
  Outcome lost(String node, List<Volume> volumes) {
    volumes.forEach(volume -> tell(node, volume));
    if (forgetAfter.isEmpty() || volumes.isEmpty()) {
      return Outcome.done();
    }
    Duration wait = forgetAfter.get();
    for (Volume volume : volumes) {
      Duration left = left(volume, forgetAfter.get());
      if (left.isPositive()) {
        wait = wait.compareTo(left) < 0 ? wait : left;
      } else {
        forget(node, volume);
      }
    }
    return Outcome.again(wait.isPositive() ? wait : Duration.ofSeconds(1));
  }

  private void tell(String node, Volume volume) {
    if (!told.add(volume.raw().getMetadata().getUid())) {
      return;
    }
    String then =
        forgetAfter
            .map(after -> "in " + after + " this PersistentVolume is forgotten, its data is not")
            .orElse(
                "bring the node back, or delete the claim and this PersistentVolume and take the"
                    + " finalizer "
                    + Names.PROVISIONER_FINALIZER
                    + " off it");
    cluster.event(
        Notice.warning(
            volume.raw(),
            "NodeGone",
            "node " + node + ", on which the volume is, has no Node object any more: " + then));
  }

  /** How long it is still waited for the node; the time at which it was missed is written down. */
  private Duration left(Volume volume, Duration patience) {
    Optional<Instant> since =
        volume.annotation(Names.NODE_LOST_SINCE).flatMap(StrandedVolumes::parse);
    if (since.isPresent()) {
      return Duration.between(clock.instant(), since.get().plus(patience));
    }
    cluster.replace(
        new PersistentVolumeBuilder(volume.raw())
            .editMetadata()
            .addToAnnotations(
                Names.NODE_LOST_SINCE, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
            .endMetadata()
            .build());
    return patience;
  }

  private static Optional<Instant> parse(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** The PV goes, whoever is bound to it; what is on the node's disks is not touched. */
  private void forget(String node, Volume volume) {
    if (cluster.getLive(Kind.NODE, Key.of(node)).isPresent()) {
      return; // it came back while its other volumes were looked through
    }
    try {
      if (!volume.deleting()) {
        cluster.delete(Kind.VOLUME, volume.key(), Preconditions.unchanged(volume.raw()));
      }
      cluster
          .getLive(Kind.VOLUME, volume.key())
          .filter(live -> LostNodeController.sameObject(live, volume.raw()))
          .ifPresent(
              live ->
                  cluster.replace(
                      new PersistentVolumeBuilder(live)
                          .editMetadata()
                          .removeFromFinalizers(
                              Names.PROVISIONER_FINALIZER, Names.VOLUME_PROTECTION)
                          .endMetadata()
                          .build()));
    } catch (ClusterException.NotFound _) {
      return; // somebody else was faster
    }
    cluster.event(
        Notice.warning(
            volume.raw(),
            "NodeForgotten",
            "node "
                + node
                + " was away for "
                + forgetAfter.orElseThrow()
                + ": this PersistentVolume is deleted; the data stays on the node's disks"));
  }
}
