package dev.berth.provisioner.election;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One instance's dealings with one Lease. Whether another's has ended is measured from when we saw
 * it change, with our own clock, because the clocks of two machines differ. For one thread.
 */
final class Ballot {
  private record Sighting(String version, long nanos) {}

  private final Cluster cluster;
  private final Key key;
  private final String identity;
  private final Duration duration;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private Optional<Lease> own = Optional.empty(); // as we last wrote it
  private Optional<Sighting> sighting = Optional.empty();

  Ballot(
      Cluster cluster,
      Key key,
      String identity,
      Duration duration,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.cluster = cluster;
    this.key = key;
    this.identity = identity;
    this.duration = duration;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes the Lease, or renews it.
   *
   * @return whether it is ours now
   * @throws ClusterException if that cannot be said
   */
  boolean cast() {
    if (own.isPresent()) {
      try {
        own = Optional.of(cluster.replace(renewed(own.get())));
        return true;
      } catch (ClusterException.Conflict | ClusterException.NotFound _) {
        own = Optional.empty(); // somebody has written it: look at what it is now
      }
    }
    try {
      own = cluster.getLive(Kind.LEASE, key).map(this::take).orElseGet(this::create);
    } catch (ClusterException.Conflict | ClusterException.AlreadyExists _) {
      own = Optional.empty(); // another one was quicker
    }
    return own.isPresent();
  }

  private Optional<Lease> create() {
    Lease first =
        new LeaseBuilder()
            .withNewMetadata()
            .withNamespace(key.namespace())
            .withName(key.name())
            .endMetadata()
            .withNewSpec()
            .withLeaseTransitions(0)
            .withAcquireTime(now())
            .endSpec()
            .build();
    return Optional.of(cluster.create(renewed(first)));
  }

  private Optional<Lease> take(Lease seen) {
    LeaseSpec spec = Objects.requireNonNullElseGet(seen.getSpec(), LeaseSpec::new);
    String holder = Objects.requireNonNullElse(spec.getHolderIdentity(), "");
    if (holder.equals(identity)) {
      return Optional.of(cluster.replace(renewed(seen)));
    }
    if (!holder.isEmpty() && !hasEnded(seen, spec)) {
      return Optional.empty();
    }
    Lease taken =
        new LeaseBuilder(seen)
            .editOrNewSpec()
            .withAcquireTime(now())
            .withLeaseTransitions(Objects.requireNonNullElse(spec.getLeaseTransitions(), 0) + 1)
            .endSpec()
            .build();
    return Optional.of(cluster.replace(renewed(taken)));
  }

  private boolean hasEnded(Lease seen, LeaseSpec spec) {
    String version = seen.getMetadata().getResourceVersion();
    long now = nanoTime.getAsLong();
    Sighting first =
        sighting.filter(s -> s.version().equals(version)).orElse(new Sighting(version, now));
    sighting = Optional.of(first);
    Duration theirs =
        Optional.ofNullable(spec.getLeaseDurationSeconds())
            .map(Duration::ofSeconds)
            .orElse(duration);
    return now - first.nanos() > theirs.toNanos();
  }

  private Lease renewed(Lease lease) {
    return new LeaseBuilder(lease)
        .editOrNewSpec()
        .withHolderIdentity(identity)
        .withLeaseDurationSeconds(Math.toIntExact(Math.max(1, duration.toSeconds())))
        .withRenewTime(now())
        .endSpec()
        .build();
  }

  /** Gives the Lease up, so that another instance need not wait for its end. */
  void release() {
    Optional<Lease> held = own;
    own = Optional.empty();
    held.ifPresent(
        lease ->
            cluster.replace(
                new LeaseBuilder(lease)
                    .editSpec()
                    .withHolderIdentity("")
                    .withLeaseDurationSeconds(1)
                    .withRenewTime(now())
                    .endSpec()
                    .build()));
  }

  private ZonedDateTime now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }
}
