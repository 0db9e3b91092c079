package dev.berth.controller.parameters;

import dev.berth.storage.Tuning;
import dev.berth.storage.VolumeException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The mutable parameters of a request, as {@link MutableParameter} lists them. */
public final class MutableParameters {
  private MutableParameters() {}

  /**
   * Reads them; no parameters change nothing.
   *
   * @throws VolumeException.Invalid for an unknown key or a value that it does not take
   */
  public static Tuning parse(Map<String, String> given) {
    Tuning all = Tuning.NONE;
    for (Map.Entry<String, String> one : new TreeMap<>(given).entrySet()) {
      all = all.with(parse(one.getKey(), one.getValue()));
    }
    return all;
  }

  private static Tuning parse(String key, String value) {
    MutableParameter parameter = MutableParameter.find(key).orElseThrow(() -> unknown(key, value));
    try {
      return parameter.parse(value);
    } catch (VolumeException.Invalid | IllegalArgumentException e) {
      throw new VolumeException.Invalid(
          "mutable_parameters.%s \"%s\" is not valid; it takes %s"
              .formatted(key, Printable.of(value), parameter.takes().replace("`", "")),
          e);
    }
  }

  private static VolumeException.Invalid unknown(String key, String value) {
    String nearest =
        Nearest.of(
                key, Arrays.stream(MutableParameter.values()).map(MutableParameter::key).toList())
            .map(k -> "did you mean " + k + "? ")
            .orElse("");
    return new VolumeException.Invalid(
        "mutable_parameters.%s (\"%s\") is not a mutable parameter of this driver; %sknown are %s"
            .formatted(Printable.of(key), Printable.of(value), nearest, MutableParameter.known()));
  }
}
