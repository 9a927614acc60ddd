"""Results written into a list that an office handed out, of which all else stays as it is; or into a new one.

- request: what somebody asks for
- delimited_list: bytes of delimited text: where each cell stands in them, and the bytes with other cells
- workbook_list: the same of an XLSX workbook
- office_list: what both are to the modules below, and which of them a file is
- headings: which columns say who somebody is, and which ones want what of the results
- people: whom a row is about
- written: a result as such a cell has it
- new_list: a list from nothing, where none was handed out
- fill: rows to results: what goes where, and what could not be filled
"""
