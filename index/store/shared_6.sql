-- From version 5 to 6: whoever may read or write the changes of the library may do so with what they brought and took away.

DO $$
DECLARE held RECORD;
BEGIN
    FOR held IN
        SELECT grantee, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'changes' AND grantee <> current_user
    LOOP
        EXECUTE format('GRANT %s ON passage_changes TO %I', held.privilege_type, held.grantee);
    END LOOP;
END
$$;
