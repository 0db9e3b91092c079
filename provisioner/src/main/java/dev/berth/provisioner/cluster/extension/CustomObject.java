package dev.berth.provisioner.cluster.extension;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What objects of all these kinds have; specs and statuses are records and never change. */
@JsonDeserialize(using = JsonDeserializer.None.class) // not fabric8's, which knows its own kinds
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public abstract class CustomObject<T extends CustomObject<T>> implements HasMetadata {
  private final String apiVersion;
  private final String kind;
  private ObjectMeta metadata = new ObjectMeta();

  CustomObject(String apiVersion, String kind) {
    this.apiVersion = apiVersion;
    this.kind = kind;
  }

  @Override
  public final String getApiVersion() {
    return apiVersion;
  }

  /** The class says which version it is; whatever a reader found is the same. */
  @Override
  public final void setApiVersion(String ignored) {}

  @Override
  public final String getKind() {
    return kind;
  }

  /** The class says which kind it is. */
  public final void setKind(String ignored) {}

  @Override
  public final ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public final void setMetadata(ObjectMeta metadata) {
    this.metadata = metadata;
  }

  /** Another object with this one's spec and status, and no metadata. */
  abstract T bare();

  /** A copy with other metadata. */
  public final T edited(UnaryOperator<ObjectMetaBuilder> edit) {
    T copy = bare();
    copy.setMetadata(edit.apply(new ObjectMetaBuilder(metadata)).build());
    return copy;
  }

  final T copy() {
    return edited(UnaryOperator.identity());
  }

  /** The uid; the name may come back with another. */
  public final String uid() {
    return metadata.getUid();
  }

  /** The name. */
  public final String name() {
    return metadata.getName();
  }

  /** Whether it is being deleted. */
  public final boolean deleting() {
    return metadata.getDeletionTimestamp() != null;
  }

  /** The value of an annotation. */
  public final Optional<String> annotation(String name) {
    Map<String, String> all = metadata.getAnnotations();
    return all == null ? Optional.empty() : Optional.ofNullable(all.get(name));
  }

  /** Whether an annotation is there, whatever it says. */
  public final boolean isMarked(String annotation) {
    return annotation(annotation).isPresent();
  }

  static boolean isSet(@Nullable String text) {
    return text != null && !text.isEmpty();
  }

  static Optional<String> set(@Nullable String text) {
    return isSet(text) ? Optional.ofNullable(text) : Optional.empty();
  }
}
