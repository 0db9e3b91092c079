package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import com.google.protobuf.ByteString;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.pod.Payload.PayloadFile;
import dev.berth.provisioner.pod.Source.Keyed;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What volumes of kind configMap, secret, downwardAPI and projected are filled with. */
final class Contents {
  private final Cluster cluster;

  Contents(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Empty for a volume of another kind. */
  Optional<Want> want(Pod pod, Volume volume) {
    return Source.of(volume).map(source -> want(pod, volume.getName(), source));
  }

  private Want want(Pod pod, String volume, Source source) {
    try {
      Map<String, PayloadFile> files = new TreeMap<>();
      for (Source.Part part : source.parts()) {
        files.putAll(files(pod, part, source.defaultMode())); // of two at one path the later wins
      }
      Payload payload = new Payload(files);
      return new Want.Content(
          volume, source.plugin(), fsGroup(pod).map(payload::of).orElse(payload));
    } catch (LackingException e) {
      return lacking(volume, source, e.why());
    } catch (IllegalArgumentException | ArithmeticException e) {
      // a path, mode or group that the API should have refused
      return lacking(volume, source, String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Integer> fsGroup(Pod pod) {
    return Optional.ofNullable(pod.getSpec().getSecurityContext())
        .map(PodSecurityContext::getFsGroup)
        .map(Math::toIntExact);
  }

  private static Want lacking(String volume, Source source, String why) {
    return new Want.Lacking(
        volume, source.plugin(), "MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
  }

  private Map<String, PayloadFile> files(Pod pod, Source.Part part, int mode)
      throws LackingException {
    return switch (part) {
      case Keyed keyed -> keyed(pod, keyed, mode);
      case Source.Downward(List<DownwardAPIVolumeFile> files) -> downward(pod, files, mode);
      case Source.Unknown(String why) -> throw new LackingException(why);
    };
  }

  private Map<String, PayloadFile> keyed(Pod pod, Keyed source, int mode) throws LackingException {
    Key key = Key.of(pod.getMetadata().getNamespace(), source.object());
    Optional<Map<String, ByteString>> data =
        switch (source.kind()) {
          case CONFIG_MAP -> cluster.get(Kind.CONFIG_MAP, key).map(ObjectData::of);
          case SECRET -> cluster.get(Kind.SECRET, key).map(ObjectData::of);
        };
    if (data.isEmpty() && !source.optional()) {
      throw new LackingException(
          source.kind().word()
              + " \""
              + source.object()
              + "\" not found in namespace "
              + key.namespace()
              + "; create it, and the pod follows");
    }
    return pick(source, data.orElseGet(Map::of), mode);
  }

  private static Map<String, PayloadFile> pick(Keyed source, Map<String, ByteString> data, int mode)
      throws LackingException {
    Map<String, PayloadFile> files = new HashMap<>();
    if (source.items().isEmpty()) {
      data.forEach((name, bytes) -> files.put(name, new PayloadFile(bytes, mode)));
      return files;
    }
    for (KeyToPath item : source.items()) {
      ByteString bytes = data.get(item.getKey());
      if (bytes != null) {
        files.put(item.getPath(), new PayloadFile(bytes, requireNonNullElse(item.getMode(), mode)));
      } else if (!source.optional()) {
        throw new LackingException(
            source.kind().word()
                + " \""
                + source.object()
                + "\" has no key \""
                + item.getKey()
                + "\"; add it, or correct items");
      }
    }
    return files;
  }

  private static Map<String, PayloadFile> downward(
      Pod pod, List<DownwardAPIVolumeFile> all, int mode) throws LackingException {
    Map<String, PayloadFile> files = new HashMap<>();
    for (DownwardAPIVolumeFile file : all) {
      String text =
          file.getFieldRef() != null
              ? DownwardApi.field(pod, file.getFieldRef())
              : file.getResourceFieldRef() != null
                  ? DownwardApi.resource(pod, file.getResourceFieldRef())
                  : "";
      files.put(
          file.getPath(),
          new PayloadFile(
              ByteString.copyFrom(text, StandardCharsets.UTF_8),
              requireNonNullElse(file.getMode(), mode)));
    }
    return files;
  }
}
