package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Volume;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads what matters to a claim. */
final class ClaimReader {
  private final Cluster cluster;
  private final Supplier<Share> share;

  ClaimReader(Cluster cluster, Supplier<Share> share) {
    this.cluster = cluster;
    this.share = share;
  }

  Optional<Seen> read(Key key) {
    return cluster
        .get(Kind.CLAIM, key)
        .map(Claim::new)
        .map(claim -> new Seen(claim, volume(claim), klass(claim), share.get()));
  }

  /** The same, but how much is ours now: the guard may have gone while a volume was made. */
  Seen sharedNow(Seen before) {
    return new Seen(before.claim(), before.volume(), before.klass(), share.get());
  }

  /** The same after somebody else has written: claim and volume from where they are kept. */
  Optional<Seen> readLive(Seen before) {
    return cluster
        .getLive(Kind.CLAIM, before.claim().key())
        .map(Claim::new)
        .filter(claim -> claim.uid().equals(before.claim().uid()))
        .map(claim -> new Seen(claim, live(volume(claim)), klass(claim), before.share()));
  }

  private Optional<Volume> live(Optional<Volume> cached) {
    return cached.flatMap(volume -> cluster.getLive(Kind.VOLUME, volume.key())).map(Volume::new);
  }

  /**
   * The volume that the claim names, else one that names the claim. Here a search for the smallest
   * unclaimed volume that satisfies the claim would come third.
   */
  Optional<Volume> volume(Claim claim) {
    return claim
        .volumeName()
        .map(name -> cluster.get(Kind.VOLUME, Key.of(name)).map(Volume::new))
        .orElseGet(() -> reserved(claim));
  }

  private Optional<Volume> reserved(Claim claim) {
    return cluster.list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, claim.key().toString()).stream()
        .map(Volume::new)
        .filter(volume -> volume.names(claim))
        .findFirst();
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
