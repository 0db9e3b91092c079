package dev.berth.controller.parameters;

import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Claim;
import dev.berth.storage.CreateRequest;
import dev.berth.storage.FsType;
import dev.berth.storage.Limit;
import dev.berth.storage.PoolName;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The parameters of a StorageClass, as {@link ClassParameter} lists them, with their values.
 *
 * @param kind what a volume is; empty when the class leaves it open
 * @param blockSize of raw block volumes
 * @param undelete how long a deleted volume waits in the trash
 * @param maxFreeze for how long the writers of a source in use may be held up
 * @param claim what the volume is for, where the controller tells
 * @param own those that a person wrote, as given: what makes two requests differ
 */
public record ClassParameters(
    Optional<PoolName> pool,
    Allocation allocation,
    Optional<VolumeKind> kind,
    Bytes blockSize,
    Duration undelete,
    Duration maxFreeze,
    Optional<Claim> claim,
    Map<String, String> own) {
  private static final String OF_KUBERNETES = "csi.storage.k8s.io/";
  private static final String OF_OURS = "berth.dev/";

  /**
   * The key in the manifest of GetPluginInfo by which a controller knows that this driver takes the
   * parameters that begin with {@code berth.dev/}.
   */
  public static final String RECORDS_CLAIMS = OF_OURS + "records-claims";

  private static final String FS_TYPE = OF_KUBERNETES + "fstype";

  public ClassParameters {
    own = Map.copyOf(own);
  }

  /**
   * Reads the parameters of a request.
   *
   * @throws VolumeException.Invalid for an unknown key or a value that it does not take
   */
  public static ClassParameters parse(Map<String, String> given) {
    given.forEach(ClassParameters::requireKnown);
    return new ClassParameters(
        value(given, ClassParameter.POOL, PoolName::new),
        value(given, ClassParameter.ALLOCATION, ClassParameters::allocation)
            .orElse(Allocation.THIN),
        VolumeKind.parse(
            value(given, ClassParameter.KIND, VolumeKind.Word::parse),
            value(given, ClassParameter.CAPACITY, ClassParameters::limit),
            value(given, ClassParameter.ALLOCATION, ClassParameters::allocation)),
        value(given, ClassParameter.BLOCK_SIZE, ClassParameters::blockSize).orElse(Bytes.ofKiB(4)),
        value(given, ClassParameter.UNDELETE, Durations::parse).orElse(Duration.ZERO),
        maxFreeze(given).orElse(CreateRequest.DEFAULT_MAX_FREEZE),
        claim(given),
        own(given));
  }

  /**
   * Like {@link #parse}, for GetCapacity, which is asked with the parameters as they are in the
   * class: keys of Kubernetes itself, which it takes out for CreateVolume, are ignored.
   */
  public static ClassParameters parseUnstripped(Map<String, String> given) {
    return parse(
        given.entrySet().stream()
            .filter(e -> !e.getKey().startsWith(OF_KUBERNETES))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  static Optional<Duration> maxFreeze(Map<String, String> given) {
    return value(given, ClassParameter.MAX_FREEZE, Durations::parse);
  }

  /** The filesystem that unstripped parameters name. */
  public static Optional<FsType> fsType(Map<String, String> given) {
    return Optional.ofNullable(given.get(FS_TYPE))
        .map(text -> FsType.require("parameters." + FS_TYPE, text));
  }

  /** Whether {@code volume} was made with parameters that mean the same. */
  public boolean isLike(Volume volume) {
    return allocation == volume.allocation()
        && undelete.equals(volume.undelete())
        && kind.stream().allMatch(k -> k.isLike(volume.content()))
        && (pool.isEmpty() || pool.get().equals(volume.pool()));
  }

  /** The reference page of all parameters. */
  public static String toMarkdown() {
    return ReferencePage.text();
  }

  private static void requireKnown(String key, String value) {
    if (ClassParameter.find(key).isPresent()) {
      return;
    }
    String nearest =
        Nearest.of(key, ClassParameter.forPeople().stream().map(ClassParameter::key).toList())
            .map(k -> "did you mean " + k + "? ")
            .orElse("");
    throw new VolumeException.Invalid(
        "parameters.%s (\"%s\") is not a parameter of this driver; %sknown are %s"
            .formatted(Printable.of(key), Printable.of(value), nearest, ClassParameter.known()));
  }

  private static <T> Optional<T> value(
      Map<String, String> given, ClassParameter parameter, Function<String, T> parse) {
    return Optional.ofNullable(given.get(parameter.key()))
        .map(
            text -> {
              try {
                return parse.apply(text);
              } catch (VolumeException.Invalid | IllegalArgumentException e) {
                throw new VolumeException.Invalid(
                    "parameters.%s \"%s\" is not valid; it takes %s"
                        .formatted(
                            parameter.key(),
                            Printable.of(text),
                            parameter.takes().replace("`", "")),
                    e);
              }
            });
  }

  private static Limit limit(String text) {
    return Limit.parse(text).orElseThrow(IllegalArgumentException::new);
  }

  private static Allocation allocation(String text) {
    return Allocation.parse(text).orElseThrow(IllegalArgumentException::new);
  }

  private static Bytes blockSize(String text) {
    return switch (text) {
      case "512" -> new Bytes(512);
      case "4096" -> new Bytes(4096);
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Optional<Claim> claim(Map<String, String> given) {
    String name = given.getOrDefault(ClassParameter.CLAIM_NAME.key(), "");
    String namespace = given.getOrDefault(ClassParameter.CLAIM_NAMESPACE.key(), "");
    String volume = given.getOrDefault(ClassParameter.VOLUME_NAME.key(), "");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Claim(
                nonEmpty(given, ClassParameter.CLUSTER),
                namespace,
                name,
                nonEmpty(given, ClassParameter.CLAIM_UID),
                volume));
  }

  private static Optional<String> nonEmpty(Map<String, String> given, ClassParameter parameter) {
    return Optional.ofNullable(given.get(parameter.key())).filter(text -> !text.isEmpty());
  }

  private static Map<String, String> own(Map<String, String> given) {
    return given.entrySet().stream()
        .filter(e -> !e.getKey().startsWith(OF_KUBERNETES) && !e.getKey().startsWith(OF_OURS))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
