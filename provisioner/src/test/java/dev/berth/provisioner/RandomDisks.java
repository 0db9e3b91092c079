package dev.berth.provisioner;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Volumes and claims at random, which no other world of the same server can mix with: names and
 * classes begin with its own, and what has no class is told apart by a label.
 *
 * @param name the world
 * @param volumes of distinct sizes, unless {@code equal}; some are kept for a claim
 * @param claims to be made one after the other; some name a volume
 * @param equal whether all volumes are as good as each other, but for what rules them out
 */
record RandomDisks(
    String name,
    List<PersistentVolume> volumes,
    List<PersistentVolumeClaim> claims,
    boolean equal) {
  private static final int MOST_VOLUMES = 16;
  private static final int MOST_CLAIMS = 10;

  /**
   * No two of them that a claim could choose between have the same number of modes: among such
   * kube-controller-manager takes any.
   */
  private static final List<List<String>> MODES =
      List.of(
          List.of("ReadWriteOnce"),
          List.of("ReadOnlyMany"),
          List.of("ReadWriteMany"),
          List.of("ReadWriteOnce", "ReadOnlyMany"),
          List.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"));

  private static final List<String> DISKS = List.of("ssd", "hdd", "nvme");

  static RandomDisks make(String name, Random random) {
    boolean equal = random.nextInt(4) == 0;
    List<PersistentVolume> volumes = new ArrayList<>();
    List<Integer> sizes =
        new ArrayList<>(IntStream.rangeClosed(1, 3 * MOST_VOLUMES).boxed().toList());
    Collections.shuffle(sizes, random);
    int count = 1 + random.nextInt(MOST_VOLUMES);
    for (int i = 0; i < count; i++) {
      int size = equal ? 20 : sizes.get(i);
      volumes.add(volume(name, i, size, equal, random));
    }
    List<PersistentVolumeClaim> claims = new ArrayList<>();
    int wanted = equal ? 1 : 1 + random.nextInt(MOST_CLAIMS);
    for (int i = 0; i < wanted; i++) {
      claims.add(claim(name, i, count, equal, random));
    }
    return new RandomDisks(name, List.copyOf(volumes), List.copyOf(claims), equal);
  }

  private static <T> T any(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static String klass(String world, boolean equal, Random random) {
    return any(
        equal ? List.of(world) : List.of(world, world, world, world, world + "-b", ""), random);
  }

  private static PersistentVolume volume(
      String world, int i, int size, boolean equal, Random random) {
    String klass = klass(world, equal, random);
    PersistentVolumeBuilder volume =
        Disks.disk(world + "-pv-" + i, size + "Gi", klass)
            .editMetadata()
            .addToLabels("world", world)
            .endMetadata()
            .editSpec()
            .withAccessModes(equal ? List.of("ReadWriteOnce") : any(MODES, random))
            .withVolumeMode(random.nextInt(8) == 0 ? "Block" : "Filesystem")
            .endSpec();
    if (random.nextInt(3) > 0) {
      Disks.labelled(volume, "disk", any(DISKS, random));
    }
    if (!equal && i < MOST_CLAIMS && random.nextInt(6) == 0) {
      // One volume for each claim: of two, kube-controller-manager takes any.
      Disks.keptFor(volume, world + "-claim-" + (MOST_CLAIMS - 1 - i), "");
    }
    return volume.build();
  }

  private static PersistentVolumeClaim claim(
      String world, int i, int volumes, boolean equal, Random random) {
    String klass = klass(world, equal, random);
    PersistentVolumeClaimBuilder claim =
        Disks.claim(world + "-claim-" + i, (1 + random.nextInt(30)) + "Gi", klass)
            .editSpec()
            .withAccessModes(
                equal || random.nextBoolean() ? List.of("ReadWriteOnce") : any(MODES, random))
            .withVolumeMode(random.nextInt(8) == 0 ? "Block" : "Filesystem")
            .endSpec();
    if (klass.isEmpty()) {
      claim.editSpec().editOrNewSelector().addToMatchLabels("world", world).endSelector().endSpec();
    }
    select(claim, random);
    if (!equal && random.nextInt(8) == 0) {
      Disks.naming(claim, world + "-pv-" + random.nextInt(volumes));
    }
    return claim.build();
  }

  private static void select(PersistentVolumeClaimBuilder claim, Random random) {
    switch (random.nextInt(12)) {
      case 0 -> Disks.selecting(claim, "disk", "In", any(DISKS, random), any(DISKS, random));
      case 1 -> Disks.selecting(claim, "disk", "NotIn", any(DISKS, random));
      case 2 -> Disks.selecting(claim, "disk", "Exists");
      case 3 -> Disks.selecting(claim, "disk", "DoesNotExist");
      case 4 ->
          claim
              .editSpec()
              .editOrNewSelector()
              .addToMatchLabels("disk", any(DISKS, random))
              .endSelector()
              .endSpec();
      default -> {} // most ask for nothing
    }
  }

  /** Whether the only claim of an equal world may have this volume, said in plain words. */
  boolean legal(String volume) {
    PersistentVolumeClaim claim = claims.getFirst();
    PersistentVolume taken =
        volumes.stream()
            .filter(v -> v.getMetadata().getName().equals(volume))
            .findFirst()
            .orElseThrow();
    String disk = taken.getMetadata().getLabels().getOrDefault("disk", "");
    boolean selected =
        claim.getSpec().getSelector() == null
            || (claim.getSpec().getSelector().getMatchExpressions().stream()
                    .allMatch(
                        e ->
                            switch (e.getOperator()) {
                              case "In" -> e.getValues().contains(disk);
                              case "NotIn" -> !e.getValues().contains(disk);
                              case "Exists" -> !disk.isEmpty();
                              default -> disk.isEmpty();
                            })
                && Map.copyOf(taken.getMetadata().getLabels())
                    .entrySet()
                    .containsAll(claim.getSpec().getSelector().getMatchLabels().entrySet()));
    return selected
        && taken.getSpec().getVolumeMode().equals(claim.getSpec().getVolumeMode())
        && !new Volume(taken).capacity().isLessThan(new Claim(claim).requested());
  }
}
