package dev.berth.provisioner.claim;

import dev.berth.provisioner.binding.Match;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads what matters to a claim. */
final class ClaimReader {
  private final Cluster cluster;
  private final Supplier<Share> share;
  private final Origins origins;

  ClaimReader(Cluster cluster, Supplier<Share> share) {
    this.cluster = cluster;
    this.share = share;
    this.origins = new Origins(cluster);
  }

  Optional<Seen> read(Key key) {
    return cluster.get(Kind.CLAIM, key).map(Claim::new).map(claim -> see(claim, share.get()));
  }

  /** The same, but how much is ours now: the guard may have gone while a volume was made. */
  Seen sharedNow(Seen before) {
    return before.with(share.get());
  }

  /** The same after somebody else has written: claim and volume from where they are kept. */
  Optional<Seen> readLive(Seen before) {
    return cluster
        .getLive(Kind.CLAIM, before.claim().key())
        .map(Claim::new)
        .filter(claim -> claim.uid().equals(before.claim().uid()))
        .map(claim -> see(claim, before.share()))
        .flatMap(this::live);
  }

  /** Empty if what was to be the claim's own has become another's, for then it must choose anew. */
  private Optional<Seen> live(Seen cached) {
    Claim claim = cached.claim();
    Optional<Volume> live =
        cached
            .volume()
            .flatMap(volume -> cluster.getLive(Kind.VOLUME, volume.key()))
            .map(Volume::new);
    boolean chosen = claim.volumeName().isEmpty() && cached.volume().isPresent();
    boolean ours = live.filter(volume -> volume.names(claim) || Match.isFree(volume)).isPresent();
    return chosen && !ours ? Optional.empty() : Optional.of(cached.with(claim, live));
  }

  private Seen see(Claim claim, Share ours) {
    Seen.ClassChoice klass = klass(claim);
    Optional<Volume> volume = volume(claim, klass, ours);
    return ours == Share.EVERYTHING
        ? new Seen(claim, volume, klass, ours, origins.of(claim), origins.attributes(claim))
        : new Seen(claim, volume, klass, ours);
  }

  private Optional<Volume> volume(Claim claim, Seen.ClassChoice klass, Share ours) {
    if (claim.volumeName().isPresent()) {
      return cluster.get(Kind.VOLUME, Key.of(claim.volumeName().get())).map(Volume::new);
    }
    Optional<Volume> made = reserved(claim).filter(v -> Requests.isMadeFor(claim, v)).findFirst();
    if (made.isPresent()) {
      return made;
    }
    return switch (ours) {
      case EVERYTHING, MATCHING -> match(claim, klass);
      case BINDING, PROVISIONING -> reserved(claim).findFirst();
    };
  }

  private Stream<Volume> reserved(Claim claim) {
    return cluster.list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, claim.key().toString()).stream()
        .map(Volume::new)
        .filter(volume -> volume.names(claim));
  }

  /** The volume that names the claim, or one that is there for anyone and is what it asks for. */
  private Optional<Volume> match(Claim claim, Seen.ClassChoice klass) {
    boolean onlyReserved =
        claim.deleting()
            || claim.hasFinalizer(Names.CREATING_FINALIZER) // a volume is being made for it
            || switch (klass) {
              case Seen.ClassChoice.Default _ -> true; // it gets the class first
              case Seen.ClassChoice.Found(Klass found) -> found.waitsForConsumer();
              case Seen.ClassChoice.None _ -> false;
              case Seen.ClassChoice.Missing _ -> false;
            };
    Stream<Volume> free = onlyReserved ? Stream.empty() : free(claim.className().orElse(""));
    return Match.best(claim, Stream.concat(reserved(claim), free).toList(), onlyReserved);
  }

  private Stream<Volume> free(String className) {
    return cluster.list(Kind.VOLUME, Index.UNCLAIMED_VOLUME_BY_CLASS, className).stream()
        .map(Volume::new);
  }

  private Seen.ClassChoice klass(Claim claim) {
    if (claim.className().isEmpty()) {
      return Klass.defaultOf(cluster.list(Kind.STORAGE_CLASS))
          .<Seen.ClassChoice>map(Seen.ClassChoice.Default::new)
          .orElseGet(Seen.ClassChoice.None::new);
    }
    String name = claim.className().get();
    if (name.isEmpty()) {
      return new Seen.ClassChoice.None();
    }
    return cluster
        .get(Kind.STORAGE_CLASS, Key.of(name))
        .<Seen.ClassChoice>map(found -> new Seen.ClassChoice.Found(new Klass(found)))
        .orElseGet(() -> new Seen.ClassChoice.Missing(name));
  }
}
