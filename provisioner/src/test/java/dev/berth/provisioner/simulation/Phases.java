package dev.berth.provisioner.simulation;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which phases may follow which. */
final class Phases {
  private static final Map<String, Set<String>> OF_CLAIMS =
      Map.of(
          "", Set.of("Pending", "Bound", "Lost"),
          "Pending", Set.of("Bound", "Lost"),
          "Bound", Set.of("Lost"),
          "Lost", Set.of("Bound"));

  /** A PV that is Available may have been reserved and its claim be gone: then it is Released. */
  private static final Map<String, Set<String>> OF_VOLUMES =
      Map.of(
          "", Set.of("Pending", "Available", "Bound", "Released"),
          "Pending", Set.of("Available", "Bound", "Released"),
          "Available", Set.of("Bound", "Released"),
          "Bound", Set.of("Available", "Released"),
          "Released", Set.of("Available", "Failed", "Bound"),
          "Failed", Set.of("Available", "Bound"));

  private final Map<String, String> last = new HashMap<>();

  Optional<Violation> check(List<Claim> claims, List<Volume> volumes) {
    for (Claim claim : claims) {
      Optional<Violation> bad = next("claim " + claim.key(), claim.uid(), claim.phase(), OF_CLAIMS);
      if (bad.isPresent()) {
        return bad;
      }
    }
    for (Volume volume : volumes) {
      String uid = volume.raw().getMetadata().getUid();
      Optional<Violation> bad = next("PV " + volume.name(), uid, volume.phase(), OF_VOLUMES);
      if (bad.isPresent()) {
        return bad;
      }
    }
    return Optional.empty();
  }

  private Optional<Violation> next(
      String what, String uid, String now, Map<String, Set<String>> legal) {
    String before = last.put(uid, now);
    if (before == null ? legal.containsKey(now) : before.equals(now) || may(before, now, legal)) {
      return Optional.empty();
    }
    return Optional.of(
        new Violation("phases are legal", what + " went from '" + before + "' to '" + now + "'"));
  }

  private static boolean may(String before, String now, Map<String, Set<String>> legal) {
    return legal.getOrDefault(before, Set.of()).contains(now);
  }
}
