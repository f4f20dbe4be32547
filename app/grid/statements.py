"""What the grid's pages ask the database, put together once: that takes longer than the database does to answer it."""

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.grid.models import GridChange, Placement, Session
from app.pitches.models import Pitch

CELLS = (select(Placement.room_id, Placement.slot_id, Placement.part, Session.length, Session.run, Session.cancelled,
                Session.id, Pitch.id, Pitch.title, Pitch.hands)
         .select_from(Session).join(Pitch, Pitch.id == Session.pitch_id)
         .outerjoin(Placement, Placement.session_id == Session.id)
         .where(Session.event_id == bindparam("event"), or_(Placement.id.is_not(None), Session.cancelled != ""))
         .order_by(Session.id, Placement.part))
PLACES = (select(Session.pitch_id, Session.id, Session.cancelled, Placement.room_id, Placement.slot_id)
          .outerjoin(Placement, (Placement.session_id == Session.id) & (Placement.part == 1))
          .where(Session.event_id == bindparam("event"), Session.run == 1,
                 or_(Placement.id.is_not(None), Session.cancelled != "")))
OTHER_RUNS = (select(Session).where(Session.pitch_id == bindparam("pitch"), Session.id != bindparam("session"))
              .options(joinedload(Session.placement).options(joinedload(Placement.room), joinedload(Placement.slot))))
NEWEST = select(func.max(GridChange.version)).where(GridChange.event_id == bindparam("event"))
ONE_SESSION = select(Session).where(Session.event_id == bindparam("event"), Session.id == bindparam("session")).options(
    joinedload(Session.pitch).options(joinedload(Pitch.merged_into), selectinload(Pitch.leaders), selectinload(Pitch.topics),
                                      selectinload(Pitch.origins)),
    joinedload(Session.placement).options(joinedload(Placement.room), joinedload(Placement.slot)))
