package dev.berth.provisioner.immediate;

import dev.berth.provisioner.claim.Placing;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.quantity.Bytes;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Chooses nodes for claims of Immediate classes. Keys are claims. */
public final class ImmediateController implements Controller {
  private static final Duration BETWEEN_NOTICES = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final String driver;
  private final BooleanSupplier binding;
  private final Sites sites;
  private final Ledger ledger = new Ledger();
  private final Turns turns = new Turns();

  private final InstantSource clock;
  private final Map<Key, Instant> told = new ConcurrentHashMap<>();

  /** Claims that wait for room, or for kube-controller-manager to bind them to what is there. */
  private final Set<Key> waiting = ConcurrentHashMap.newKeySet();

  /**
   * A controller for the claims of one driver.
   *
   * @param binding whether claims are bound directly; else kube-controller-manager asks first, and
   *     has then found that no volume that is there would do
   */
  public ImmediateController(
      Cluster cluster, String driver, BooleanSupplier binding, InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.binding = binding;
    this.clock = clock;
    this.sites = new Sites(cluster, driver);
  }

  @Override
  public String name() {
    return "immediate";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)),
        cluster.watch(Kind.STORAGE_CLASS, _ -> allPending(enqueue)),
        cluster.watch(Kind.CSI_STORAGE_CAPACITY, _ -> waiting.forEach(enqueue)),
        cluster.watch(Kind.NODE, _ -> waiting.forEach(enqueue)),
        cluster.watch(Kind.VOLUME, change -> volumeChanged(change, enqueue)));
  }

  private void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    Claim claim = new Claim(change.object());
    boolean gone = change instanceof Change.Deleted;
    Optional<String> node = claim.selectedNode().filter(_ -> claim.asks(driver));
    if (!gone && claim.volumeName().isEmpty() && node.isPresent()) {
      ledger.put(claim.key(), node.get(), claim.requested());
    } else {
      ledger.remove(claim.key());
    }
    if (gone || claim.volumeName().isPresent()) {
      waiting.remove(claim.key());
      told.remove(claim.key());
      turns.forget(claim.key());
    } else {
      enqueue.accept(claim.key());
    }
  }

  /** A volume that a claim was left to kube-controller-manager for may be taken by another. */
  private void volumeChanged(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Deleted || new Volume(change.object()).claimKey().isPresent()) {
      waiting.forEach(enqueue);
    }
  }

  private void allPending(Consumer<Key> enqueue) {
    cluster.list(Kind.CLAIM).stream()
        .map(Claim::new)
        .filter(claim -> claim.volumeName().isEmpty())
        .forEach(claim -> enqueue.accept(claim.key()));
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Claim> claim = cluster.get(Kind.CLAIM, key).map(Claim::new).filter(this::isOpen);
    Optional<Klass> klass =
        claim
            .flatMap(Claim::className)
            .filter(name -> !name.isEmpty())
            .flatMap(name -> cluster.get(Kind.STORAGE_CLASS, Key.of(name)))
            .map(Klass::new)
            .filter(found -> found.provisioner().equals(driver) && !found.waitsForConsumer());
    if (claim.isEmpty() || klass.isEmpty()) {
      waiting.remove(key);
      return Outcome.done();
    }
    return place(claim.get(), klass.get());
  }

  private boolean isOpen(Claim claim) {
    return !claim.deleting() && claim.volumeName().isEmpty() && claim.selectedNode().isEmpty();
  }

  private Outcome place(Claim claim, Klass klass) {
    Optional<Notice> refusal = Placing.refusal(claim, klass);
    if (refusal.isPresent()) {
      cluster.event(refusal.get());
      return Outcome.done();
    }
    waiting.add(claim.key());
    boolean askedFor = claim.asks(driver);
    if (!askedFor && (!binding.getAsBoolean() || existing(claim))) {
      return Outcome.done(); // kube-controller-manager binds it, or asks us
    }
    Duration rest = turns.rest(claim.key(), clock.instant());
    if (rest.isPositive()) {
      return Outcome.again(rest);
    }
    List<Site> published = sites.of(klass);
    Bytes size = claim.requested();
    Optional<String> node = ledger.choose(claim.key(), published, size);
    if (node.isEmpty()) {
      String why = NodeChoice.problem(ledger.sites(published), klass.name(), size);
      tell(claim, Placing.failed(claim, klass, why));
      return Outcome.done(); // the watches of room and nodes call again
    }
    try {
      cluster.replace(Placing.on(node.get(), claim, klass));
    } catch (RuntimeException e) {
      ledger.remove(claim.key());
      throw e;
    }
    turns.taken(claim.key(), clock.instant());
    waiting.remove(claim.key());
    return Outcome.done();
  }

  /** Room is published every second; whoever waits for it need not hear of it as often. */
  private void tell(Claim claim, Notice notice) {
    Instant now = clock.instant();
    Instant last = told.put(claim.key(), now);
    if (last == null || !now.isBefore(last.plus(BETWEEN_NOTICES))) {
      cluster.event(notice);
    } else {
      told.put(claim.key(), last);
    }
  }

  private boolean existing(Claim claim) {
    return Stream.concat(
            cluster.list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, claim.key().toString()).stream(),
            cluster
                .list(Kind.VOLUME, Index.UNCLAIMED_VOLUME_BY_CLASS, claim.className().orElse(""))
                .stream())
        .map(Volume::new)
        .anyMatch(volume -> Existing.satisfies(volume, claim));
  }
}
