package dev.berth.provisioner.simulation;

import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.orphan.StoredVolume;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What holds when everything works again and nobody has anything to do. */
final class AtRest {
  /** The grace time of orphans, and the time from one look to the next. */
  private static final Duration OLD_ENOUGH = Duration.ofMinutes(71);

  private final Form form;
  private final MemoryStore store;
  private final Invariants invariants;
  private final InstantSource clock;

  AtRest(Form form, MemoryStore store, Invariants invariants, InstantSource clock) {
    this.clock = clock;
    this.form = form;
    this.store = store;
    this.invariants = invariants;
  }

  Optional<Violation> check() {
    List<Claim> claims = invariants.claims();
    List<Volume> volumes = invariants.volumes();
    return Stream.concat(
            claims.stream().flatMap(claim -> of(claim).stream()),
            Stream.concat(
                volumes.stream().flatMap(volume -> of(volume, claims).stream()),
                invariants.pools().flatMap(volume -> leaked(volume, claims, volumes).stream())))
        .findFirst();
  }

  private Optional<Violation> of(Claim claim) {
    if (claim.deleting()) {
      return used(claim)
          ? Optional.empty()
          : violation(
              "finalizers are gone at rest",
              "claim " + claim.key() + " keeps " + claim.raw().getMetadata().getFinalizers());
    }
    if (claim.phase().equals("Bound")) {
      return ofBound(claim);
    }
    return told(claim)
        ? Optional.empty()
        : violation(
            "every claim is settled or an event says why",
            "claim " + claim.key() + " is '" + claim.phase() + "' and has no event");
  }

  private Optional<Violation> ofBound(Claim claim) {
    if (claim.hasFinalizer(Names.CREATING_FINALIZER)) {
      return violation(
          "finalizers are gone at rest", "claim " + claim.key() + " is bound and in custody");
    }
    boolean small = claim.requested().compareTo(claim.capacity()) > 0;
    return small && !told(claim)
        ? violation(
            "every claim is settled or an event says why",
            "claim " + claim.key() + " does not grow and has no event")
        : Optional.empty();
  }

  private boolean used(Claim claim) {
    return store.list(Kind.POD, Index.POD_BY_CLAIM, claim.key().toString()).stream()
        .anyMatch(pod -> new PodView(pod).placed());
  }

  /** In a cluster, what has nothing to do with us is told by kube-controller-manager. */
  private boolean told(Claim claim) {
    boolean ours = claim.asks(FakeCsi.NAME) || claim.hasFinalizer(Names.CREATING_FINALIZER);
    return !(form == Form.MACHINE || ours) || store.told(claim.uid());
  }

  /** What nobody knew of, and whose claim is gone, goes to the trash when it is old enough. */
  private Optional<Violation> leaked(
      StoredVolume volume, List<Claim> claims, List<Volume> volumes) {
    boolean ours =
        volume
            .madeFor()
            .flatMap(MadeFor::cluster)
            .filter(Invariants.here(store)::equals)
            .isPresent();
    boolean old = volume.created().plus(OLD_ENOUGH).isBefore(clock.instant());
    boolean named = volumes.stream().anyMatch(pv -> Invariants.handle(pv).equals(volume.handle()));
    boolean wanted =
        claims.stream()
            .map(Claim::uid)
            .anyMatch(
                uid -> volume.madeFor().flatMap(MadeFor::uid).filter(uid::equals).isPresent());
    return ours && old && !volume.acknowledged() && !named && !wanted
        ? violation("what is leaked goes away", volume.handle() + " is there")
        : Optional.empty();
  }

  private Optional<Violation> of(Volume volume, List<Claim> claims) {
    boolean wanted =
        claims.stream()
            .anyMatch(
                claim ->
                    volume.isOf(claim)
                        && claim.volumeName().map(volume.name()::equals).orElse(true));
    if (volume.deleting() && !wanted) {
      return violation(
          "finalizers are gone at rest",
          "PV " + volume.name() + " keeps " + volume.raw().getMetadata().getFinalizers());
    }
    if (volume.deleting() && volume.phase().equals("Pending") && form == Form.FLEET) {
      return Optional.empty(); // kube-controller-manager binds no claim to one that is to go
    }
    String expected = wanted ? "Bound" : volume.claimUid().isPresent() ? "Released" : "Available";
    if (!volume.phase().equals(expected)) {
      return violation(
          "phases are right at rest",
          "PV " + volume.name() + " is '" + volume.phase() + "' and should be " + expected);
    }
    return expected.equals("Released") && volume.reclaimPolicy().equals("Delete")
        ? violation("what is released is deleted at rest", "PV " + volume.name() + " is there")
        : Optional.empty();
  }

  private static Optional<Violation> violation(String rule, String what) {
    return Optional.of(new Violation(rule, what));
  }
}
