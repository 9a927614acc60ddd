"""One verb per module; the only place that opens a transaction and writes the audit event.

A verb's module is loaded when it is first named, as in ``actions.scan.scan(…)`` after ``from klausur
import actions``: typesetter, reader or database come with it, a second all together, and whoever only shows
the help of a command needs none of them. ``import klausur.actions.scan`` loads it at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klausur.actions import (
        adopt as adopt,
    )
    from klausur.actions import (
        adopt_confirmed as adopt_confirmed,
    )
    from klausur.actions import (
        adopt_scans as adopt_scans,
    )
    from klausur.actions import (
        annotated_script as annotated_script,
    )
    from klausur.actions import (
        approve_paper as approve_paper,
    )
    from klausur.actions import (
        archive as archive,
    )
    from klausur.actions import (
        arrange_judging as arrange_judging,
    )
    from klausur.actions import (
        attendance as attendance,
    )
    from klausur.actions import (
        audit_marks as audit_marks,
    )
    from klausur.actions import (
        bring_homework as bring_homework,
    )
    from klausur.actions import (
        bring_list as bring_list,
    )
    from klausur.actions import (
        candidates as candidates,
    )
    from klausur.actions import (
        change_candidate as change_candidate,
    )
    from klausur.actions import (
        change_rubric as change_rubric,
    )
    from klausur.actions import (
        check as check,
    )
    from klausur.actions import (
        check_plain as check_plain,
    )
    from klausur.actions import (
        compare_key as compare_key,
    )
    from klausur.actions import (
        compare_rehearsal as compare_rehearsal,
    )
    from klausur.actions import (
        contact_sheet as contact_sheet,
    )
    from klausur.actions import (
        day as day,
    )
    from klausur.actions import (
        delete_data as delete_data,
    )
    from klausur.actions import (
        deletion_certificate as deletion_certificate,
    )
    from klausur.actions import (
        demo as demo,
    )
    from klausur.actions import (
        doctor as doctor,
    )
    from klausur.actions import (
        exam_day as exam_day,
    )
    from klausur.actions import (
        export_exam as export_exam,
    )
    from klausur.actions import (
        export_grades as export_grades,
    )
    from klausur.actions import (
        export_settled as export_settled,
    )
    from klausur.actions import (
        fill_grades as fill_grades,
    )
    from klausur.actions import (
        glance as glance,
    )
    from klausur.actions import (
        grade as grade,
    )
    from klausur.actions import (
        home_desk as home_desk,
    )
    from klausur.actions import (
        home_times as home_times,
    )
    from klausur.actions import (
        import_exam as import_exam,
    )
    from klausur.actions import (
        judge as judge,
    )
    from klausur.actions import (
        judge_alike as judge_alike,
    )
    from klausur.actions import (
        judging_figures as judging_figures,
    )
    from klausur.actions import (
        judging_progress as judging_progress,
    )
    from klausur.actions import (
        judging_queue as judging_queue,
    )
    from klausur.actions import (
        judging_work as judging_work,
    )
    from klausur.actions import (
        keep_day as keep_day,
    )
    from klausur.actions import (
        key_effects as key_effects,
    )
    from klausur.actions import (
        know_again as know_again,
    )
    from klausur.actions import (
        log as log,
    )
    from klausur.actions import (
        mails as mails,
    )
    from klausur.actions import (
        mark_candidates as mark_candidates,
    )
    from klausur.actions import (
        mark_sheet as mark_sheet,
    )
    from klausur.actions import (
        mend_key as mend_key,
    )
    from klausur.actions import (
        merge as merge,
    )
    from klausur.actions import (
        new as new,
    )
    from klausur.actions import (
        objections as objections,
    )
    from klausur.actions import (
        own_data as own_data,
    )
    from klausur.actions import (
        own_results as own_results,
    )
    from klausur.actions import (
        personal_links as personal_links,
    )
    from klausur.actions import (
        preview as preview,
    )
    from klausur.actions import (
        preview_grades as preview_grades,
    )
    from klausur.actions import (
        preview_watch as preview_watch,
    )
    from klausur.actions import (
        print_booklets as print_booklets,
    )
    from klausur.actions import (
        print_plain as print_plain,
    )
    from klausur.actions import (
        print_plan as print_plan,
    )
    from klausur.actions import (
        print_readme as print_readme,
    )
    from klausur.actions import (
        print_request as print_request,
    )
    from klausur.actions import (
        printed as printed,
    )
    from klausur.actions import (
        prove as prove,
    )
    from klausur.actions import (
        publish as publish,
    )
    from klausur.actions import (
        readings as readings,
    )
    from klausur.actions import (
        rehearse as rehearse,
    )
    from klausur.actions import (
        reread as reread,
    )
    from klausur.actions import (
        restore as restore,
    )
    from klausur.actions import (
        retention as retention,
    )
    from klausur.actions import (
        returned_mails as returned_mails,
    )
    from klausur.actions import (
        room_record as room_record,
    )
    from klausur.actions import (
        scan as scan,
    )
    from klausur.actions import (
        scan_look as scan_look,
    )
    from klausur.actions import (
        script_places as script_places,
    )
    from klausur.actions import (
        see_hand_ins as see_hand_ins,
    )
    from klausur.actions import (
        send_mails as send_mails,
    )
    from klausur.actions import (
        settle as settle,
    )
    from klausur.actions import (
        settle_copy as settle_copy,
    )
    from klausur.actions import (
        settle_page as settle_page,
    )
    from klausur.actions import (
        settle_tie as settle_tie,
    )
    from klausur.actions import (
        side_by_side as side_by_side,
    )
    from klausur.actions import (
        solution as solution,
    )
    from klausur.actions import (
        statistics as statistics,
    )
    from klausur.actions import (
        status as status,
    )
    from klausur.actions import (
        survey_variants as survey_variants,
    )
    from klausur.actions import (
        take_back as take_back,
    )
    from klausur.actions import (
        take_hand_ins as take_hand_ins,
    )
    from klausur.actions import (
        take_over_key as take_over_key,
    )
    from klausur.actions import (
        tidy as tidy,
    )
    from klausur.actions import (
        trial as trial,
    )
    from klausur.actions import (
        trial_boxes as trial_boxes,
    )
    from klausur.actions import (
        trust as trust,
    )
    from klausur.actions import (
        unprintable_names as unprintable_names,
    )
    from klausur.actions import (
        update_candidates as update_candidates,
    )
    from klausur.actions import (
        upgrade as upgrade,
    )
    from klausur.actions import (
        verify as verify,
    )
    from klausur.actions import (
        waiting as waiting,
    )
    from klausur.actions import (
        waive_pages as waive_pages,
    )
    from klausur.actions import (
        watch as watch,
    )
    from klausur.actions import (
        write_back_key as write_back_key,
    )
else:

    def __getattr__(name: str) -> object:
        """A verb's module, loaded now."""
        path = f"{__name__}.{name}"
        try:
            return import_module(path)
        except ModuleNotFoundError as error:
            if error.name != path:
                raise
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
