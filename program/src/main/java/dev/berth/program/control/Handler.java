package dev.berth.program.control;

import com.fasterxml.jackson.databind.JsonNode;

/** What the daemon does with a request. */
public interface Handler {
  /**
   * Carries the request out and tells each object of the answer; returns when there are no more.
   *
   * @throws Refusal if it cannot be done
   * @throws InterruptedException if the server stops while a watch is under way
   */
  void handle(Request request, Answer answer) throws InterruptedException;

  /** Where the objects of an answer go. */
  interface Answer {
    /** Sends one object. */
    void item(String what, JsonNode object);

    /** Returns when the caller has hung up: a watch has no other end. */
    void awaitHangUp() throws InterruptedException;
  }
}
