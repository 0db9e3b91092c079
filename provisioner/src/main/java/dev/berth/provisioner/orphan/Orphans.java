package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the pools of this node with PVs and claims. Whatever cannot be read stops it: nothing is
 * taken for gone because nobody answered.
 */
public final class Orphans {
  private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
  private static final List<String> REPORTED = List.of("waiting", "leaked", "unclaimed");

  /**
   * How it goes about it.
   *
   * @param driver the CSI driver whose pools these are
   * @param nodeName the name of this machine's Node, for events
   * @param grace how old a volume must be before it can be leaked
   * @param interval how often the pools are looked through
   * @param kept how long an orphan waits in the trash at the least
   */
  public record Settings(
      String driver, String nodeName, Duration grace, Duration interval, Duration kept) {
    /** An hour of grace, a look every ten minutes, a day in the trash. */
    public static Settings of(String driver, String nodeName) {
      return new Settings(
          driver, nodeName, Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofDays(1));
    }
  }

  private final Cluster cluster;
  private final PoolContents pools;
  private final Settings settings;
  private final InstantSource clock;
  private final Meters meters;
  private final OrphanDecision decision;
  private final ClaimLookup claims;
  private final NamedHandles names;
  private final OrphanNotices notices;
  private Optional<String> here = Optional.empty();
  private Set<String> told = Set.of();

  public Orphans(
      Cluster cluster, PoolContents pools, Settings settings, InstantSource clock, Meters meters) {
    this.cluster = cluster;
    this.pools = pools;
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
    this.decision = new OrphanDecision(settings.grace());
    this.claims = new ClaimLookup(cluster);
    this.names = new NamedHandles(cluster, settings.driver());
    this.notices = new OrphanNotices(cluster, settings.nodeName());
  }

  Settings settings() {
    return settings;
  }

  PoolContents pools() {
    return pools;
  }

  Cluster cluster() {
    return cluster;
  }

  /**
   * Every volume of the pools that no PV of the cache names, judged by live reads alone.
   *
   * @throws ClusterException if the cluster cannot be asked: then nothing is known
   */
  public synchronized List<Finding> examine() {
    return judge(true);
  }

  /**
   * Moves a volume to the trash because a person wants it: one that is leaked or unclaimed.
   *
   * @return what it was; only {@link Verdict.Leaked} and {@link Verdict.Unclaimed} were moved
   * @throws PoolContents.FailedException if it is in use, or the pool cannot do it
   * @throws ClusterException if the cluster cannot be asked: then nothing is done
   */
  public synchronized Optional<Finding> repair(String handle) {
    Optional<Finding> found =
        judge(true).stream().filter(f -> f.volume().handle().equals(handle)).findFirst();
    return found.filter(
        finding ->
            switch (finding.verdict()) {
              case Verdict.Named _ -> true;
              case Verdict.Waiting _ -> true;
              case Verdict.Leaked _ -> trash(finding, true);
              case Verdict.Unclaimed _ -> trash(finding, true);
            });
  }

  /**
   * One look: acknowledges what has its PV, moves to the trash what is leaked, reports the rest.
   *
   * @throws ClusterException if the cluster cannot be asked: then nothing was moved
   */
  synchronized void sweep() {
    for (StoredVolume volume : pools.volumes()) {
      if (!volume.acknowledged() && names.cached(volume.handle()).isPresent()) {
        pools.acknowledge(volume.handle());
      }
    }
    List<Finding> findings = judge(false);
    report(findings);
    for (Finding finding : findings) {
      if (finding.verdict() instanceof Verdict.Leaked) {
        trash(finding, false);
      }
    }
  }

  private List<Finding> judge(boolean afresh) {
    List<StoredVolume> unnamed =
        pools.volumes().stream().filter(v -> names.cached(v.handle()).isEmpty()).toList();
    if (unnamed.isEmpty()) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    for (StoredVolume volume : unnamed) {
      findings.add(new Finding(volume, verdict(volume)));
    }
    // Last, so that a PV that was written while claims were read is seen.
    boolean leaks = findings.stream().anyMatch(f -> f.verdict() instanceof Verdict.Leaked);
    Set<String> handles =
        unnamed.stream().map(StoredVolume::handle).collect(Collectors.toUnmodifiableSet());
    Map<String, String> named = afresh || leaks ? names.live(handles) : names.recent(handles);
    return findings.stream().map(f -> unlessNamed(f, named)).toList();
  }

  private Finding unlessNamed(Finding finding, Map<String, String> named) {
    String volume = named.get(finding.volume().handle());
    if (volume == null) {
      return finding;
    }
    if (!finding.volume().acknowledged()) {
      pools.acknowledge(finding.volume().handle());
    }
    return new Finding(finding.volume(), new Verdict.Named(volume));
  }

  private Verdict verdict(StoredVolume volume) {
    if (here.isEmpty()) {
      here = ClusterId.of(cluster);
    }
    return decision
        .beforeClaim(volume, here, clock.instant())
        .orElseGet(
            () -> {
              MadeFor madeFor = volume.madeFor().orElseThrow();
              return decision.byClaim(volume, madeFor, claims.see(madeFor));
            });
  }

  private boolean trash(Finding finding, boolean asked) {
    String handle = finding.volume().handle();
    if (!pools.trash(handle, settings.kept(), asked)) {
      LOG.info("volume {} was to go to the trash, but somebody was quicker", handle);
      return false;
    }
    LOG.info("volume {} was moved to the trash: {}", handle, finding.verdict().why());
    meters.count(Meter.ORPHANS_TRASHED);
    notices.trashed(finding, settings.kept());
    return true;
  }

  /** Each is logged once, and counted each time. */
  private void report(List<Finding> findings) {
    Map<String, Long> counts =
        findings.stream()
            .collect(Collectors.groupingBy(f -> f.verdict().word(), Collectors.counting()));
    REPORTED.forEach(word -> meters.record(Meter.ORPHANS, counts.getOrDefault(word, 0L), word));
    Set<String> now = new HashSet<>();
    for (Finding finding : findings) {
      if (finding.verdict() instanceof Verdict.Unclaimed(String why)) {
        now.add(finding.volume().handle());
        if (!told.contains(finding.volume().handle())) {
          LOG.warn(
              "volume {} has no PersistentVolume and is left alone: {}; berth doctor shows what can"
                  + " be done",
              finding.volume().handle(),
              why);
        }
      }
    }
    told = now;
  }
}
