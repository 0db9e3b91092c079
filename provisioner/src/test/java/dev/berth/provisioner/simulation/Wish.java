package dev.berth.provisioner.simulation;

import java.util.Optional;

/** What a person does to the cluster; all objects are in the namespace {@code default}. */
sealed interface Wish {
  /** Creates a claim, of a volume that the person names or of any. */
  record CreateClaim(String name, String klass, int mebibytes, Optional<String> volume)
      implements Wish {}

  /** Creates a claim that is to be a copy of another, or of a snapshot. */
  record CopyClaim(String name, String klass, String of, boolean snapshot) implements Wish {}

  /** Loses patience with a claim that does not go, and takes our finalizer off it. */
  record LetGo(String claim) implements Wish {}

  /** Deletes a claim. */
  record DeleteClaim(String name) implements Wish {}

  /** Asks for a larger claim. */
  record Grow(String claim, int mebibytes) implements Wish {}

  /** Creates a pod that uses a claim. */
  record CreatePod(String name, String claim) implements Wish {}

  /** Deletes a pod. */
  record DeletePod(String name) implements Wish {}

  /** Makes a volume by hand and writes a PV down for it, reserved for a claim or for anyone. */
  record WriteVolume(String name, Optional<String> claim) implements Wish {}

  /** Writes a PV down, by hand, for a volume that was left in the pool of a node. */
  record Adopt(String name, int node) implements Wish {}

  /** Deletes the PV that a claim of this name has or had. */
  record DeleteVolumeOf(String claim) implements Wish {}

  /** Deletes a PV that a person wrote. */
  record DeleteVolume(String name) implements Wish {}

  /** Says what becomes of the volume of a bound claim. */
  record Keep(String claim, boolean retain) implements Wish {}

  /** Makes a released PV free again. */
  record Free(String name) implements Wish {}
}
