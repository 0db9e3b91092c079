package dev.berth.program.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;

/** One line of an answer. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Reply.Item.class, name = "item"),
  @JsonSubTypes.Type(value = Reply.Done.class, name = "done"),
  @JsonSubTypes.Type(value = Reply.Refused.class, name = "refused")
})
public sealed interface Reply {
  /**
   * An object.
   *
   * @param what happened to it: empty, or {@code created}, {@code configured}, {@code unchanged},
   *     {@code deleted}; in a watch {@code ADDED}, {@code MODIFIED}, {@code DELETED}
   */
  record Item(String what, JsonNode object) implements Reply {}

  /** The answer is complete. */
  record Done() implements Reply {}

  /**
   * It cannot be done, and the answer is complete.
   *
   * @param reason one word: {@code NotFound}, {@code AlreadyExists}, {@code Conflict}, {@code
   *     Invalid}, {@code Unavailable}, {@code BadRequest} or {@code Internal}
   * @param message one line for people
   */
  record Refused(String reason, String message) implements Reply {}
}
