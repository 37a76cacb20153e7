package dev.sluice.local.node;

import dev.sluice.local.load.Accounts;
import dev.sluice.local.load.Book;
import dev.sluice.local.load.Door;
import dev.sluice.local.load.Load;
import dev.sluice.local.load.Users;

/** The load generator as the node's users. */
record LoadCrowd(Load load, Book book) implements Crowd {
  static LoadCrowd on(int port, Users users) {
    Book book = new Book();
    return new LoadCrowd(Load.at(Door.here(port), users, book), book);
  }

  @Override
  public void rate(double perSecond) {
    load.rate(perSecond);
  }

  @Override
  public Accounts accounts() {
    return book.accounts();
  }

  @Override
  public void close() {
    load.close();
  }
}
