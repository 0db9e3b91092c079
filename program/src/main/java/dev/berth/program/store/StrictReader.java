package dev.berth.program.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.berth.program.control.Refusal;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a manifest into its class and refuses fields that the class does not have: a misspelt field
 * that is silently dropped is a volume that is silently not what was asked for.
 */
final class StrictReader {
  private static final Set<Class<?>> LEAVES = Set.of(Quantity.class, IntOrString.class);
  private static final List<String> MODELS =
      List.of("io.fabric8.kubernetes.api.model", "dev.berth.provisioner.cluster.extension");

  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<JavaType, Map<String, JavaType>> known = new HashMap<>();

  /** The kind that a manifest names. */
  static Kind<?> kind(JsonNode manifest) {
    String apiVersion = manifest.path("apiVersion").asText("");
    String kind = manifest.path("kind").asText("");
    return Kind.find(apiVersion, kind)
        .orElseThrow(
            () ->
                new Refusal(
                    Refusal.BAD_REQUEST,
                    "no matches for kind \""
                        + kind
                        + "\" in version \""
                        + apiVersion
                        + "\"; known: "
                        + Kind.STANDALONE.stream()
                            .map(k -> k.kind() + " in " + k.apiVersion())
                            .collect(Collectors.joining(", "))));
  }

  /**
   * The object.
   *
   * @throws Refusal with every unknown field, or the field whose value has the wrong type
   */
  synchronized <T extends HasMetadata> T read(Kind<T> kind, JsonNode manifest) {
    List<String> unknown = new ArrayList<>();
    collectUnknown(mapper.constructType(kind.type()), manifest, "", unknown);
    if (!unknown.isEmpty()) {
      throw refused(
          kind,
          manifest,
          unknown.stream()
              .map(f -> "unknown field \"" + f + "\"")
              .collect(Collectors.joining(", ")));
    }
    try {
      return mapper.treeToValue(manifest, kind.type());
    } catch (JsonMappingException e) {
      throw refused(kind, manifest, path(e) + ": " + firstLine(e));
    } catch (JsonProcessingException e) {
      throw refused(kind, manifest, firstLine(e));
    }
  }

  private static Refusal refused(Kind<?> kind, JsonNode manifest, String why) {
    String name = manifest.path("metadata").path("name").asText("");
    return new Refusal(
        Refusal.BAD_REQUEST, kind.kind() + " \"" + name + "\" cannot be read: " + why);
  }

  private static String firstLine(JsonProcessingException e) {
    String all = e.getOriginalMessage() == null ? e.toString() : e.getOriginalMessage();
    return all.lines().findFirst().orElse("").replaceAll("`[a-z0-9.]+\\.([A-Za-z<>.]+)`", "$1");
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private void collectUnknown(JavaType type, JsonNode node, String path, List<String> unknown) {
    if (node.isArray() && type.isCollectionLikeType()) {
      for (int i = 0; i < node.size(); i++) {
        collectUnknown(type.getContentType(), node.get(i), path + "[" + i + "]", unknown);
      }
    } else if (node.isObject() && type.isMapLikeType()) {
      node.properties()
          .forEach(
              e ->
                  collectUnknown(
                      type.getContentType(), e.getValue(), path + "." + e.getKey(), unknown));
    } else if (node.isObject() && isModel(type)) {
      Map<String, JavaType> fields = known.computeIfAbsent(type, this::fields);
      node.properties()
          .forEach(
              e -> {
                String at = path.isEmpty() ? e.getKey() : path + "." + e.getKey();
                JavaType field = fields.get(e.getKey());
                if (field == null) {
                  unknown.add(at);
                } else {
                  collectUnknown(field, e.getValue(), at, unknown);
                }
              });
    }
  }

  private static boolean isModel(JavaType type) {
    return MODELS.stream().anyMatch(type.getRawClass().getName()::startsWith)
        && !type.isInterface()
        && !LEAVES.contains(type.getRawClass());
  }

  private Map<String, JavaType> fields(JavaType type) {
    return mapper.getDeserializationConfig().introspect(type).findProperties().stream()
        .collect(
            Collectors.toMap(
                BeanPropertyDefinition::getName,
                BeanPropertyDefinition::getPrimaryType,
                (a, _) -> a));
  }
}
