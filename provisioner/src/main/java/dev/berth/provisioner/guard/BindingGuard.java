package dev.berth.provisioner.guard;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches whether the admission policy is in force. Safe for threads. */
public final class BindingGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BindingGuard.class);

  /**
   * API servers hear of a policy by a watch of their own and look at what they heard every second;
   * there may be several of them.
   */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private record View(Optional<String> problem, Instant since) {}

  private final Cluster cluster;
  private final String driver;
  private final InstantSource clock;
  private final Meters meters;
  private final List<Subscription> subscriptions;

  @GuardedBy("this")
  private View view = new View(Optional.of("not looked at yet"), Instant.MAX);

  private BindingGuard(Cluster cluster, String driver, InstantSource clock, Meters meters) {
    this.cluster = cluster;
    this.driver = driver;
    this.clock = clock;
    this.meters = meters;
    look();
    this.subscriptions =
        List.of(
            cluster.watch(Kind.ADMISSION_POLICY, change -> looked(change.object())),
            cluster.watch(Kind.ADMISSION_POLICY_BINDING, change -> looked(change.object())));
  }

  /** Begins to watch. */
  public static BindingGuard watch(
      Cluster cluster, String driver, InstantSource clock, Meters meters) {
    return new BindingGuard(cluster, driver, clock, meters);
  }

  /** Whether claims of the driver may be bound directly. */
  public synchronized boolean inForce() {
    return view.problem().isEmpty() && !clock.instant().isBefore(view.since().plus(SETTLING));
  }

  private void looked(HasMetadata changed) {
    if (changed.getMetadata().getName().equals(Names.BINDING_GUARD)) {
      look();
    }
  }

  private synchronized void look() {
    Key key = Key.of(Names.BINDING_GUARD);
    var policy = cluster.get(Kind.ADMISSION_POLICY, key);
    var binding = cluster.get(Kind.ADMISSION_POLICY_BINDING, key);
    Optional<String> problem = GuardDecision.problem(policy, binding, driver);
    if (view.problem().equals(problem)) {
      return;
    }
    // As it was created is as old as it is; what was changed since may be new to API servers.
    Instant since =
        Stream.of(policy, binding)
            .flatMap(Optional::stream)
            .map(this::lastChange)
            .max(Instant::compareTo)
            .orElse(clock.instant());
    view = new View(problem, since);
    meters.record(Meter.BINDING_GUARD, problem.isEmpty() ? 1 : 0);
    problem.ifPresentOrElse(
        why ->
            LOG.info(
                "kube-controller-manager binds the claims of {}: {}; apply deploy/ to let them be"
                    + " bound at once",
                driver,
                why),
        () -> LOG.info("claims of {} are bound directly {}", driver, fromWhen(since)));
  }

  private String fromWhen(Instant since) {
    Duration left = Duration.between(clock.instant(), since.plus(SETTLING));
    return left.isPositive()
        ? String.format(
            Locale.ROOT,
            "in %.1f s, when every API server has heard of the binding guard",
            left.toMillis() / 1e3)
        : "from now on: the binding guard is in force";
  }

  private Instant lastChange(HasMetadata object) {
    String created = Objects.requireNonNullElse(object.getMetadata().getCreationTimestamp(), "");
    Long generation = object.getMetadata().getGeneration();
    try {
      return generation != null && generation > 1 ? clock.instant() : Instant.parse(created);
    } catch (DateTimeParseException _) {
      return clock.instant();
    }
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
