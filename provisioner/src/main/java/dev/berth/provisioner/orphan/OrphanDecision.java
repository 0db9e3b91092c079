package dev.berth.provisioner.orphan;

import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a volume that no PersistentVolume of the cache names may be. It is leaked only when all of
 * this is known of it: it was made for this cluster, its PV was never seen and nobody ever used it,
 * it is older than the grace time, and its claim is gone or has another volume. Pure.
 */
final class OrphanDecision {
  private final Duration grace;

  OrphanDecision(Duration grace) {
    this.grace = grace;
  }

  /**
   * What is known without asking for the claim; empty when the claim decides.
   *
   * @param here the uid of this cluster, if it is known
   */
  Optional<Verdict> beforeClaim(StoredVolume volume, Optional<String> here, Instant now) {
    if (volume.acknowledged()) {
      return unclaimed(
          "it had a PersistentVolume once, or was used, or an older release made it: it may hold"
              + " data");
    }
    Optional<String> cluster = volume.madeFor().flatMap(MadeFor::cluster);
    if (cluster.isEmpty() || volume.madeFor().flatMap(MadeFor::uid).isEmpty()) {
      return unclaimed("its maker did not say for which cluster and claim");
    }
    if (here.isEmpty()) {
      return unclaimed("it cannot be told whether it is this cluster's: no uid of kube-system");
    }
    if (!cluster.equals(here)) {
      return unclaimed("it was made for another cluster, " + cluster.get());
    }
    Duration age = Duration.between(volume.created(), now);
    return age.compareTo(grace) < 0
        ? Optional.of(
            new Verdict.Waiting(
                "it was made at "
                    + volume.created()
                    + ", and its PersistentVolume has "
                    + text(grace)
                    + " to come"))
        : Optional.empty();
  }

  /** What it is by its claim. */
  Verdict byClaim(StoredVolume volume, MadeFor madeFor, ClaimSeen claim) {
    String name = "claim " + madeFor.claim();
    String was = name + " (uid " + madeFor.uid().orElse("unknown") + ")";
    return switch (claim) {
      case ClaimSeen.Gone() ->
          new Verdict.Leaked(was + " is gone, and no PersistentVolume was ever seen");
      case ClaimSeen.Another(String uid) ->
          new Verdict.Leaked(
              was + " is gone, " + uid + " has its name, and no PersistentVolume was ever seen");
      case ClaimSeen.Pending() ->
          new Verdict.Waiting(name + " is still pending, and may come back for it");
      case ClaimSeen.HalfBound(String other) ->
          new Verdict.Waiting(name + " names PersistentVolume " + other + ", not bound yet");
      case ClaimSeen.Bereft(String other) ->
          new Verdict.Unclaimed(
              name + " names PersistentVolume " + other + ", which does not exist: it is lost");
      case ClaimSeen.Bound(String other, Optional<String> handle) ->
          handle.filter(volume.handle()::equals).isPresent()
              ? new Verdict.Named(other)
              : new Verdict.Leaked(
                  name
                      + " is bound to PersistentVolume "
                      + other
                      + " with "
                      + handle.map(h -> "volume " + h).orElse("another volume"));
    };
  }

  private static Optional<Verdict> unclaimed(String why) {
    return Optional.of(new Verdict.Unclaimed(why));
  }

  private static String text(Duration duration) {
    return duration.toString().substring("PT".length()).toLowerCase(java.util.Locale.ROOT);
  }
}
