package dev.berth.provisioner.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;

/**
 * Objects as JSON and back. Who manages which field is left out: it is half of an object, and
 * nobody reads it.
 */
public final class Json {
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
          .addModule(new JavaTimeModule()) // the times of Leases
          .build();

  private Json() {}

  /** The mapper for the models; not to be reconfigured. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** The object as a tree of its own. */
  public static ObjectNode tree(HasMetadata object) {
    return MAPPER.valueToTree(object);
  }

  /** The object as one line. */
  public static String text(HasMetadata object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a " + object.getKind() + " that cannot be written as JSON", e);
    }
  }

  /**
   * An object of this kind.
   *
   * @throws ClusterException.Invalid if a field has a value of the wrong type
   */
  public static <T extends HasMetadata> T parse(Kind<T> kind, ObjectNode tree) {
    try {
      return MAPPER.treeToValue(tree, kind.type());
    } catch (JsonProcessingException e) {
      throw new ClusterException.Invalid(
          kind.kind() + " cannot be read: " + e.getOriginalMessage());
    }
  }

  /**
   * An object of this kind.
   *
   * @throws JsonProcessingException if this is not JSON of such an object
   */
  public static <T extends HasMetadata> T parse(Kind<T> kind, String text)
      throws JsonProcessingException {
    return MAPPER.readValue(text, kind.type());
  }

  /** The object as UTF-8. */
  public static byte[] bytes(HasMetadata object) {
    try {
      return MAPPER.writeValueAsBytes(object);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a " + object.getKind() + " that cannot be written as JSON", e);
    }
  }

  /**
   * An object of this kind.
   *
   * @throws IOException if this is not JSON of such an object
   */
  public static <T extends HasMetadata> T parse(Kind<T> kind, byte[] utf8) throws IOException {
    return MAPPER.readValue(utf8, kind.type());
  }

  /** A copy that shares nothing. */
  public static <T extends HasMetadata> T copy(Kind<T> kind, T object) {
    return parse(kind, tree(object));
  }
}
