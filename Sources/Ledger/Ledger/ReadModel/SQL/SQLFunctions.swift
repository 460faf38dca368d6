/// The functions that a question in SQL may call: those of SQLite that compute a value from their arguments and touch
/// nothing else (https://www.sqlite.org/lang_corefunc.html and its neighbours).
enum SQLFunctions {
    static let names: Set<String> = Set(
        """
        abs avg char coalesce concat concat_ws count cume_dist date datetime dense_rank first_value format glob
        group_concat hex ifnull iif instr julianday lag last_value lead length like likelihood likely lower ltrim max
        min nth_value ntile nullif octet_length percent_rank printf quote rank replace round row_number rtrim sign
        sqlite_version strftime string_agg substr substring sum time timediff total trim typeof unhex unicode
        unixepoch unlikely upper zeroblob
        acos asin atan atan2 ceil ceiling cos degrees exp floor ln log log10 log2 mod pi pow power radians sin sqrt tan
        trunc
        json json_array json_array_length json_extract json_group_array json_group_object json_object json_quote
        json_type json_valid -> ->>
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
