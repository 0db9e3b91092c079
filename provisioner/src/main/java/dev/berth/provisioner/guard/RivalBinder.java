package dev.berth.provisioner.guard;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether kube-controller-manager binds although we were told that it does not: the API
 * server notes with each PV who last wrote its phase. Keys are PVs whose phase has changed.
 */
public final class RivalBinder implements Controller {
  /** Who writes phases when its binder runs. */
  static final String MANAGER = "kube-controller-manager";

  private static final Logger LOG = LoggerFactory.getLogger(RivalBinder.class);

  /** One look is one request: a burst of claims must not be twice as many. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final InstantSource clock;
  private final Instant since;
  private Instant last = Instant.MIN; // of the one worker

  /** Looks for what is written from now on. */
  public RivalBinder(Cluster cluster, InstantSource clock) {
    this.cluster = cluster;
    this.clock = clock;
    this.since = clock.instant().truncatedTo(ChronoUnit.SECONDS); // as the API server's stamps
  }

  @Override
  public String name() {
    return "rival binder";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(cluster.watch(Kind.VOLUME, change -> changed(change, enqueue)));
  }

  private static void changed(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<PersistentVolume>(var before, var after)
        && !new Volume(before).phase().equals(new Volume(after).phase())) {
      enqueue.accept(change.key());
    }
  }

  @Override
  public Outcome reconcile(Key key) {
    Instant now = clock.instant();
    if (last.isAfter(now.minus(BETWEEN_LOOKS))) {
      return Outcome.done();
    }
    last = now;
    cluster
        .getLive(Kind.VOLUME, key)
        .filter(volume -> isWrittenByRival(volume, since))
        .ifPresent(this::tell);
    return Outcome.done();
  }

  /** Whether kube-controller-manager has written the phase of a PV since then. */
  static boolean isWrittenByRival(PersistentVolume volume, Instant since) {
    return Objects.requireNonNullElse(
            volume.getMetadata().getManagedFields(), List.<ManagedFieldsEntry>of())
        .stream()
        .filter(entry -> MANAGER.equals(entry.getManager()))
        .filter(entry -> "status".equals(entry.getSubresource()))
        .map(entry -> Optional.ofNullable(entry.getTime()).map(Instant::parse))
        .anyMatch(at -> at.filter(time -> !time.isBefore(since)).isPresent());
  }

  private void tell(PersistentVolume volume) {
    String why =
        "kube-controller-manager binds volumes although berth serve runs with --binder=full: two"
            + " binders take each other's volumes; start kube-controller-manager with"
            + " --controllers=*,-persistentvolume-binder-controller, or berth serve with"
            + " --binder=auto";
    LOG.warn("{} (seen on PersistentVolume {})", why, volume.getMetadata().getName());
    cluster.event(Notice.warning(volume, "TwoBinders", why));
  }
}
