"""What a printer lets its MQTT clients do: log in, subscribe, send requests."""

import json

from .commands import Commands
from .faults import Fault
from .journal import Rule
from .machine import Machine
from .mqtt import ACCEPTED, BAD_CREDENTIALS, Session
from .packets import Connect, Publish, matches


class Clients:
    """Answers the broker of one printer."""

    def __init__(self, machine: Machine) -> None:
        """Nobody is logged in yet."""
        self._machine = machine
        self._commands = Commands(machine)
        self._topic = f"device/{machine.serial}/request"

    def may_connect(self) -> bool:
        """Not while the printer is off."""
        return self._machine.may_connect()

    def stalls(self) -> bool:
        """Accept and say nothing."""
        return self._machine.stalls()

    def login(self, client: Connect) -> int:
        """User `bblp` and the access code."""
        machine = self._machine
        if (client.username, client.password) == ("bblp", machine.access_code):
            return ACCEPTED
        machine.journal.note("login_refused", client_id=client.client_id)
        return BAD_CREDENTIALS

    def connected(self, session: Session) -> bool:
        """Write it down; throw out the others if there is room for one only."""
        self._machine.journal.note(
            "connected", session=session.number, client_id=session.client_id
        )
        return self._machine.faults.happens(Fault.ONE_CLIENT)

    def disconnected(self, session: Session) -> None:
        """Write it down."""
        self._machine.journal.note("disconnected", session=session.number)

    def may_subscribe(self, session: Session, topic: str) -> bool:
        """Allow anything but the request topic (FM-069); no other topic is checked."""
        journal = self._machine.journal
        if matches(topic, self._topic):
            journal.violation(Rule.REQUEST_TOPIC_SUBSCRIBED, topic=topic)
            return False
        journal.note("subscribed", session=session.number, topic=topic)
        return True

    def received(self, session: Session, message: Publish) -> bool:
        """Carry out a request."""
        faults, journal = self._machine.faults, self._machine.journal
        if faults.happens(Fault.HALF_OPEN):
            journal.note("vanished", session=session.number)
            return False
        if message.topic != self._topic:
            journal.note("stray", session=session.number, topic=message.topic)
            return True
        try:
            request = json.loads(message.payload)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            journal.note("not_json", session=session.number)
            return True
        self._commands.handle(session, request, message.qos)
        return not faults.happens(Fault.NO_PUBACK)
