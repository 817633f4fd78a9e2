# session-ctl in a store: through session_admin and in Redis it lists, counts and ends what the running nginx then refuses.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;
use Ctl;

new_key($_) for qw(v1 other);
write_file('password', "red-is-password\n");
write_file('headers', "X-Operator: yes\r\n");
Workspace::keep_secret('red-is-password');
my $redis = RedisServer->new(password => 'red-is-password');
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; redis_password_file password;
        redis_prefix app:; redis_database 3; @{[ $redis->directives ]}",
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /admin/ { if ($http_x_operator != yes) { return 403; } session_admin app write=on; }
        location /read/ { session_admin app; }
        location /other { return 200 "<html>"; }',
);
my $base = 'http://127.0.0.1:' . $nginx->port;
my %place = (
    url => ['--url', "$base/admin/", '--header-file', 'headers'],
    redis => ['--redis', $redis->address, qw(--redis-password-file password --redis-database 3 --redis-prefix app:)],
);
sub begin {
    my ($user, %more) = @_;
    my $response = $nginx->request('POST', '/admin/sessions', 'X-Operator: yes', 'Content-Type: application/json',
        {body => json({user => $user, %more})});
    my $session = $response->json;
    Workspace::keep_secret($_, /([^.]+)$/) for @$session{qw(access_token refresh_token)};
    return $session;
}
sub alive { $nginx->get('/', bearer($_[0]{access_token}))->answer }
sub ends(&$$) {
    my ($end, $sessions, $name) = @_;
    is alive($_), '200 valid', "$name: alive before" for @$sessions;
    my $result = $end->();
    is $result->status, 0, "$name: done" or diag $result->errors;
    eventually { !grep { alive($_) =~ /^200/ } @$sessions } 10, "$name: out after it";
    return $result;
}

for my $how (sort keys %place) {
    my @place = @{$place{$how}};
    my ($one, $two, $three) = map { begin("$how-42", tenant => 't1') } 1 .. 3;

    # Lists and numbers.
    my $list = ctl('list', @place, '--user', "$how-42");
    is_deeply [sort map { (split /\t/)[1] } $list->lines], [sort map { $_->{id} } $one, $two, $three], "$how: the sessions of a user";
    like $list->output, qr/^$how-42\t[\w-]+\tt1\t\d+\t\d+\t\d+\t/, "$how: each with its tenant and times";
    my @pages = ctl('list', @place, '--user', "$how-42", qw(--limit 2 --all --json))->json;
    is_deeply [map { scalar @{$_->{sessions}} } @pages], [2, 1], "$how: in pages";
    my $part = ctl('list', @place, '--user', "$how-42", qw(--limit 2));
    like $part->errors, qr/more follow: --cursor \S+/, "$how: what is left out is said";
    cmp_ok scalar(ctl('list', @place, '--all')->lines), '>=', 3, "$how: of everybody";
    is scalar(ctl('list', @place, qw(--tenant none))->lines), 0, "$how: of a tenant without any";
    my $stats = ctl('stats', @place, '--json')->json;
    cmp_ok $stats->{active}, '>=', 3, "$how: numbers";
    like ctl('stats', @place)->output, qr/^total \d+\nactive \d+\n.*^average_idle_minutes \d+\.\d\n/ms, "$how: as lines";

    # Ends.
    ends { ctl('revoke', @place, '--user', "$how-42", '--id', $one->{id}) } [$one], "$how: revoke by ID";
    is alive($two), '200 valid', "$how: another goes on";
    my @keys = $how eq 'redis' ? ('--key', 'v1=v1.key') : ();
    my $result = ends { ctl('revoke', @place, @keys, '--stdin', '--json', {input => "$two->{access_token}\n"}) } [$two],
        "$how: revoke a token";
    is_deeply $result->json, {revoked => JSON::PP::true()}, "$how: says so";
    ends { ctl('revoke', @place, @keys, '--stdin', {input => "$three->{refresh_token}\n"}) } [$three], "$how: a refresh token";
    my @all = map { begin("$how-43") } 1, 2;
    ends { ctl('revoke', @place, '--user', "$how-43", '--all') } \@all, "$how: everything of a user";
    my $marked = begin("$how-44");
    my $stale = ends { ctl('stale', @place, '--user', "$how-44") } [$marked], "$how: a mark";
    like $stale->output, qr/^user $how-44\nbefore \d+\n\z/, "$how: and what it is";
    is ctl('stale', @place, '--user', "$how-44", '--remove', '--json')->json->{removed}, 1, "$how: taken away";
    ends { ctl('stale', @place, '--user', "$how-45", '--deleted') } [begin("$how-45")], "$how: a user who is gone";
    my $tenant = begin("$how-47", tenant => "$how-t2");
    ends { ctl('epoch', @place, qw(--before now --tenant), "$how-t2") } [$tenant], "$how: an epoch";
    like ctl('cleanup', @place)->output, qr/^removed \d+$/m, "$how: cleanup";

    # Refused.
    my $ahead = ctl('stale', @place, '--user', "$how-44", '--before', time + 9999, '--json');
    is $ahead->status, 1, "$how: a mark ahead of the clock";
    like $ahead->json->{error}, qr/lies ahead/, "$how: and why";
}

# Where nginx says the same of every token, an operator with the keys is told.
my $foreign = mint({sub => '42'}, key => 'other');
my $both = ctl('revoke', @{$place{redis}}, '--key', 'v1=v1.key', '--stdin', {input => "$foreign\nx\n"});
is $both->status, 1, 'tokens of nobody';
is_deeply [$both->lines], [('no key has signed that token: nothing was revoked') x 2], 'are told, a line each';
is ctl('revoke', @{$place{redis}}, '--stdin', {input => "$foreign\n"})->status, 2, 'without a key no token can be told';

# Places that are none, or say no.
is ctl('stats', '--redis', $redis->address)->status, 3, 'without the password';
is ctl('stats', '--url', "$base/admin")->status, 1, 'without the header';
is ctl('stats', '--url', "$base/read")->status, 0, 'a location that is read only';
like ctl('revoke', '--url', "$base/read", qw(--user 42 --all))->errors, qr/answered 403: only reading/, 'refuses the rest';
is ctl('stats', '--url', "$base/other")->status, 3, 'a page is no answer';
$redis->stop;
is ctl('stats', @{$place{url}})->status, 3, 'nginx without its Redis';

done;
