package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.util.Optional;

/**
 * Everything that was read about a claim.
 *
 * @param volume the volume that the claim names; if it names none, the one to bind it to: one that
 *     names the claim or, where matching is ours, one that is free and is what it asks for
 * @param share how much of what is to be done is ours
 * @param origin what its volume is to be filled from
 * @param attributes the VolumeAttributesClass that it names, if that exists
 */
record Seen(
    Claim claim,
    Optional<Volume> volume,
    ClassChoice klass,
    Share share,
    Origin origin,
    Optional<VolumeAttributesClass> attributes) {
  /**
   * What was found of what a claim's volume is to be filled from.
   *
   * @param snapshot the VolumeSnapshot that it names
   * @param content the content of that
   * @param claim the claim that it names
   * @param volume the volume of that
   */
  record Origin(
      Optional<VolumeSnapshot> snapshot,
      Optional<VolumeSnapshotContent> content,
      Optional<Claim> claim,
      Optional<Volume> volume) {
    /** Nothing was found, or looked for. */
    static final Origin NONE =
        new Origin(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Of a claim whose volume comes empty and without attributes. */
  Seen(Claim claim, Optional<Volume> volume, ClassChoice klass, Share share) {
    this(claim, volume, klass, share, Origin.NONE, Optional.empty());
  }

  /** Which class the claim has. */
  sealed interface ClassChoice {
    /** It wants none, or names none and there is no default. */
    record None() implements ClassChoice {}

    /** It names one that does not exist. */
    record Missing(String name) implements ClassChoice {}

    /** It names none, and this is the default. */
    record Default(Klass klass) implements ClassChoice {}

    /** It names this one. */
    record Found(Klass klass) implements ClassChoice {}
  }

  Seen with(PersistentVolumeClaim newer) {
    Claim now = new Claim(newer);
    return new Seen(now, volume, klassOf(now), share, origin, attributes);
  }

  Seen with(PersistentVolume newer) {
    return new Seen(claim, Optional.of(new Volume(newer)), klass, share, origin, attributes);
  }

  Seen with(Claim live, Optional<Volume> newer) {
    return new Seen(live, newer, klass, share, origin, attributes);
  }

  Seen with(Share now) {
    return new Seen(claim, volume, klass, now, origin, attributes);
  }

  /** A claim that has just been given the default class names it from now on. */
  private ClassChoice klassOf(Claim now) {
    return klass instanceof ClassChoice.Default(Klass given)
            && now.className().filter(given.name()::equals).isPresent()
        ? new ClassChoice.Found(given)
        : klass;
  }
}
