package dev.berth.e2e.sigkill;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.berth.e2e.harness.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One look at the objects, the pool and the kernel, and everything on which they do not agree. */
final class Agreement {
  private final Scratch scratch;
  private final Daemon daemon;
  private final Map<String, JsonNode> claims;
  private final Map<String, JsonNode> pods;
  private final Map<String, JsonNode> volumes;
  private final List<String> problems = new ArrayList<>();

  private Agreement(Scratch scratch, Daemon daemon) {
    this.scratch = scratch;
    this.daemon = daemon;
    claims = byName(daemon.list("PersistentVolumeClaim"));
    pods = byName(daemon.list("Pod"));
    volumes = byName(daemon.list("PersistentVolume"));
  }

  private static Map<String, JsonNode> byName(List<JsonNode> objects) {
    Map<String, JsonNode> map = new TreeMap<>();
    objects.forEach(object -> map.put(Objects.name(object), object));
    return map;
  }

  /** Everything that is wrong; when nothing is, the stories have taken over what was found. */
  static List<String> problems(Scratch scratch, Daemon daemon, Collection<Story> stories) {
    Agreement now = new Agreement(scratch, daemon);
    stories.forEach(now::story);
    now.pool();
    now.kernel();
    if (now.problems.isEmpty()) {
      stories.forEach(now::takeOver);
    }
    return now.problems;
  }

  private void story(Story story) {
    Optional<JsonNode> claim = Optional.ofNullable(claims.get(story.name()));
    Optional<JsonNode> pod = Optional.ofNullable(pods.get(story.name()));
    boolean dying = claim.filter(Objects::isDying).isPresent();
    require(
        story.claim().allows(claim.isPresent(), dying),
        "claim %s: believed %s, found %s",
        story.name(),
        story.claim(),
        state(claim));
    require(
        story.pod().allows(pod.isPresent(), false) && pod.filter(Objects::isDying).isEmpty(),
        "pod %s: believed %s, found %s",
        story.name(),
        story.pod(),
        state(pod));
    require(!dying || pod.isPresent(), "claim %s: nothing uses it, and it is not gone", claim);
    claim.ifPresent(c -> claim(story, c, pod));
  }

  private void claim(Story story, JsonNode claim, Optional<JsonNode> pod) {
    long request = Objects.mebibytes(claim.at("/spec/resources/requests/storage"));
    require(story.allowsRequest(request), "claim %s: requests %d Mi", story.name(), request);
    if (pod.isEmpty()) {
      return; // Pending is right while nobody uses it, and so is a growth that waits for a mount
    }
    require(Objects.isBound(claim), "claim %s: not bound: %s", story.name(), claim.get("status"));
    require(
        Objects.isMounted(pod.get()),
        "pod %s: not mounted: %s",
        story.name(),
        pod.get().get("status"));
    long capacity = Objects.mebibytes(claim.at("/status/capacity/storage"));
    // What is being deleted need not grow any more.
    require(
        capacity >= request || Objects.isDying(claim),
        "claim %s: %d of %d Mi: %s, PV %s",
        story.name(),
        capacity,
        request,
        claim,
        Optional.ofNullable(volumes.get(claim.at("/spec/volumeName").asText())));
    if (problems.isEmpty()) {
      story.lost(Kernel.mount(daemon, pod.get(), claim)).ifPresent(problems::add);
    }
  }

  /** The pool holds the volumes of the PVs, each as large as its PV says, and nothing half-made. */
  private void pool() {
    Map<String, Long> promised = new TreeMap<>();
    for (JsonNode volume : volumes.values()) {
      String handle = volume.at("/spec/csi/volumeHandle").asText();
      long size = Objects.mebibytes(volume.at("/spec/capacity/storage"));
      promised.put(handle.substring(handle.indexOf('.') + 1), size);
      JsonNode claim = claims.get(volume.at("/spec/claimRef/name").asText());
      require(
          claim != null
              && claim.at("/metadata/uid").equals(volume.at("/spec/claimRef/uid"))
              && claim.at("/spec/volumeName").asText().equals(Objects.name(volume)),
          "PV %s: its claim does not know it",
          Objects.name(volume));
    }
    Map<String, Long> found = new TreeMap<>();
    for (Path folder : list(daemon.pool().resolve("volumes"))) {
      found.put(String.valueOf(folder.getFileName()), size(folder.resolve("image")) >> 20);
    }
    require(found.equals(promised), "pool: %s, PVs: %s", found, promised);
    for (Path instance : list(daemon.pool().resolve("drafts"))) {
      require(
          list(instance).stream().noneMatch(Files::isDirectory), "drafts in %s", list(instance));
    }
  }

  /** Mounted and attached is what pods use, and nothing else. */
  private void kernel() {
    TreeSet<String> mounts = new TreeSet<>();
    mounts.add(daemon.pool().toString());
    TreeSet<String> images = new TreeSet<>();
    for (JsonNode pod : pods.values()) {
      mounts.add(Kernel.memory(daemon, pod).toString());
      JsonNode claim = claims.get(Objects.name(pod));
      JsonNode volume = claim == null ? null : volumes.get(claim.at("/spec/volumeName").asText());
      if (claim != null && volume != null) {
        String handle = volume.at("/spec/csi/volumeHandle").asText();
        mounts.add(Kernel.mount(daemon, pod, claim).toString());
        mounts.add(Kernel.staging(daemon, handle).toString());
        images.add(image(handle));
      }
    }
    List<String> mounted = scratch.mounts();
    require(
        mounted.size() == mounts.size() && mounts.containsAll(mounted),
        "mounted: %s, wanted: %s",
        mounted,
        mounts);
    List<String> attached =
        Scratch.loopsBelow(daemon.pool()).stream()
            .map(line -> line.substring(line.indexOf(' ') + 1))
            .toList();
    require(
        attached.size() == images.size() && images.containsAll(attached),
        "attached: %s, wanted: %s",
        attached,
        images);
  }

  private String image(String handle) {
    String name = handle.substring(handle.indexOf('.') + 1);
    return daemon.pool().resolve("volumes").resolve(name).resolve("image").toString();
  }

  private void takeOver(Story story) {
    JsonNode claim = claims.get(story.name());
    story.look(
        claim != null,
        claim != null && Objects.isDying(claim),
        claim == null ? 0 : Objects.mebibytes(claim.at("/spec/resources/requests/storage")),
        pods.containsKey(story.name()));
  }

  @FormatMethod
  private void require(boolean holds, @FormatString String problem, Object... values) {
    if (!holds) {
      problems.add(problem.formatted(values));
    }
  }

  private static String state(Optional<JsonNode> object) {
    return object.map(o -> Objects.isDying(o) ? "dying" : "there").orElse("nothing");
  }

  private static long size(Path image) {
    try {
      return Files.size(image);
    } catch (IOException e) {
      return -1;
    }
  }

  static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
