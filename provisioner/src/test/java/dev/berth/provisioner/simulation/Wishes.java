package dev.berth.provisioner.simulation;

import java.util.List;
import java.util.Optional;

/** What people think of; few names, so that they come back to them. */
final class Wishes {
  private static final List<String> CLAIMS = List.of("c0", "c1", "c2", "c3");
  private static final List<String> PODS = List.of("p0", "p1", "p2");
  private static final List<String> VOLUMES = List.of("v0", "v1");
  private static final List<Integer> SIZES = List.of(64, 64, 100, 400);

  private final Chance chance;

  Wishes(Chance chance) {
    this.chance = chance;
  }

  String claim() {
    return chance.of(CLAIMS);
  }

  Wish next() {
    return switch (chance.below(19)) {
      case 0, 1, 2 ->
          new Wish.CreateClaim(
              claim(),
              chance.of(List.of(Users.FAST, Users.FAST, Users.WAITING, Users.KEPT, "missing")),
              chance.of(SIZES),
              Optional.empty());
      case 3 -> new Wish.CreateClaim(claim(), "", 64, Optional.of(chance.of(VOLUMES)));
      case 4, 5, 6 -> new Wish.DeleteClaim(claim());
      case 7 -> new Wish.Grow(claim(), chance.of(List.of(128, 200, 4000)));
      case 8, 9 -> new Wish.CreatePod(chance.of(PODS), claim());
      case 10, 11 -> new Wish.DeletePod(chance.of(PODS));
      case 12 ->
          new Wish.WriteVolume(
              chance.of(VOLUMES), chance.perMille(500) ? Optional.of(claim()) : Optional.empty());
      case 13 ->
          chance.perMille(500)
              ? new Wish.DeleteVolumeOf(claim())
              : new Wish.DeleteVolume(chance.of(VOLUMES));
      case 14 -> new Wish.Keep(claim(), chance.perMille(600));
      case 17 -> new Wish.Adopt(chance.of(VOLUMES), chance.below(2));
      case 15 -> new Wish.LetGo(claim());
      case 16 ->
          new Wish.CopyClaim(
              claim(),
              chance.of(List.of(Users.FAST, Users.WAITING)),
              claim(),
              chance.perMille(500));
      default -> new Wish.Free(chance.of(VOLUMES));
    };
  }
}
